//! Fixes keep their promises: on the found sections of every rule's page each fix parses, settles, silences its finding and
//! brings no new one, and the format of files survives.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by failing")]

use barding_audit::fix::{Answer, FixOptions, FixResult, fix};
use barding_audit::{AuditOptions, audit};
use barding_finding::FixSafety;
use barding_source::{MemoryTree, OverlayTree, Tree};
use camino::Utf8Path;
use std::collections::BTreeMap;

/// The files of each `## Found` section of a page that is about a project.
fn found_sections(page: &str) -> Vec<(String, MemoryTree)> {
    let mut sections: Vec<(String, MemoryTree)> = Vec::new();
    let mut file: Option<(String, String)> = None;
    let mut is_found = false;
    for line in page.lines() {
        match &mut file {
            Some((path, text)) if line.trim_end() == "```" => {
                if let Some((_, tree)) = sections.last_mut().filter(|_| is_found) {
                    tree.add(path.as_str(), text.clone().into_bytes());
                }
                file = None;
            }
            Some((_, text)) => {
                text.push_str(line);
                text.push('\n');
            }
            None => {
                if let Some(title) = line.strip_prefix("## ") {
                    is_found = title.starts_with("Found");
                    if is_found {
                        sections.push((title.to_owned(), MemoryTree::new()));
                    }
                } else if let Some((_, head)) =
                    line.strip_prefix("```").and_then(|head| head.split_once("title=\""))
                    && let Some((path, "")) = head.split_once('"')
                {
                    file = Some((path.to_owned(), String::new()));
                }
            }
        }
    }
    sections
}

fn fixed(tree: &dyn Tree, rule: &str, least: FixSafety) -> FixResult {
    let options = FixOptions { select: vec![rule.to_owned()], least, ..FixOptions::default() };
    fix(tree, &options, &mut |_| Answer::Yes).unwrap()
}

fn text(result: &FixResult, path: &str) -> String {
    let file = result.files.iter().find(|file| file.path == path);
    let file = file.unwrap_or_else(|| panic!("{path} was not changed: {:?}", result.refused));
    String::from_utf8(file.after.clone()).unwrap()
}

/// Fixes of rules whose pages hold a case that the fix must not settle, with the reason.
const REFUSED: &[(&str, &str)] = &[
    ("csp-middleware-missing", "a Django without the setting needs another package"),
    ("mixed-content", "the file is then found to be loaded without integrity"),
    (
        "password-hasher-weak",
        "the fast hasher is then found to be accepted; taking it out would lock people out",
    ),
    ("password-reset-lives-long", "the older setting counts days"),
    ("token-not-revoked", "needs another app"),
];

#[test]
fn every_fix_on_every_page_holds() {
    let (mut applied, mut rules, mut wrong) = (0, 0, Vec::new());
    for rule in barding_rules::rules() {
        let id = rule.info.id.0;
        if !barding_rules::remedies::has_remedy(id) {
            continue;
        }
        let mut here = 0;
        for (title, tree) in found_sections(rule.info.page) {
            if tree.walk().paths.is_empty() {
                continue;
            }
            let result = fixed(&tree, id, FixSafety::ShowOnly);
            here += result.applied.len();
            for refused in result.refused {
                if REFUSED.iter().all(|(rule, _)| *rule != id) {
                    wrong.push(format!("{id} / {title}: {}: {}", refused.proposal.title, refused.why));
                }
            }
            let changed: BTreeMap<_, _> =
                result.files.into_iter().map(|file| (file.path, file.after)).collect();
            let again = OverlayTree::new(&tree, changed);
            let settled = fixed(&again, id, FixSafety::ShowOnly);
            if !settled.files.is_empty() {
                wrong.push(format!("{id} / {title}: a second run changes {:?}", settled.files));
            }
        }
        if here == 0 {
            wrong.push(format!("{id}: has a remedy, and no section of its page is fixed"));
        }
        applied += here;
        rules += usize::from(here > 0);
    }
    println!("{applied} fixes of {rules} rules applied on their pages");
    assert!(wrong.is_empty(), "{} are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(rules >= 100, "only {rules} rules have a fix that their page shows");
}

#[test]
fn line_ends_byte_order_mark_quotes_and_encoding_are_kept() {
    let latin = b"# coding: latin-1\r\nNAME = '\xe9t\xe9'\r\nMIDDLEWARE = [\r\n    'django.middleware.security.SecurityMiddleware',  # first\r\n    'django.middleware.common.CommonMiddleware',\r\n]\r\n".to_vec();
    let tree = MemoryTree::new().with("manage.py", "").with("shop/settings.py", latin);
    let result = fixed(&tree, "csrf-middleware-missing", FixSafety::NeedsReview);
    let bytes = &result.files[0].after;
    let wanted: &[u8] = b"# coding: latin-1\r\nNAME = '\xe9t\xe9'\r\nMIDDLEWARE = [\r\n    'django.middleware.security.SecurityMiddleware',  # first\r\n    'django.middleware.common.CommonMiddleware',\r\n    'django.middleware.csrf.CsrfViewMiddleware',\r\n]\r\nCSRF_COOKIE_SECURE = True\r\n";
    assert_eq!(bytes, wanted, "{}", String::from_utf8_lossy(bytes));

    let marked = "\u{feff}import requests\n\n\ndef f():\n\treturn requests.get(\n\t\t\"https://shop.example\",  # ours\n\t)\n";
    let tree = MemoryTree::new().with("shop/net.py", marked);
    let result = fixed(&tree, "request-without-timeout", FixSafety::NeedsReview);
    let wanted = "\u{feff}import requests\n\n\ndef f():\n\treturn requests.get(\n\t\t\"https://shop.example\",  # ours\n\t\ttimeout=10,\n\t)\n";
    assert_eq!(text(&result, "shop/net.py"), wanted);
}

#[test]
fn a_file_of_unreadable_bytes_is_left_alone() {
    let bytes = b"import requests\nNAME = '\xff'\nrequests.get('https://shop.example')\n".to_vec();
    let tree = MemoryTree::new().with("shop/net.py", bytes);
    let result = fixed(&tree, "request-without-timeout", FixSafety::NeedsReview);
    assert!(result.files.is_empty());
    assert!(result.refused.iter().all(|refused| refused.why.contains("encoding")), "{:?}", result.refused);
}

#[test]
fn a_fix_that_would_bring_another_finding_is_taken_back() {
    // Both middleware are out of order and one is missing; each fix is proved with the others.
    let settings = "MIDDLEWARE = [\n    \"django.contrib.auth.middleware.AuthenticationMiddleware\",\n    \"django.contrib.sessions.middleware.SessionMiddleware\",\n]\n";
    let tree = MemoryTree::new().with("manage.py", "").with("shop/settings.py", settings);
    let options = FixOptions { least: FixSafety::NeedsReview, ..FixOptions::default() };
    let result = fix(&tree, &options, &mut |_| Answer::Yes).unwrap();
    let before = audit(&tree, &AuditOptions::default()).unwrap();
    assert!(result.after.findings.len() < before.findings.len());
    let now = text(&result, "shop/settings.py");
    let at = |name: &str| now.find(name).unwrap_or_else(|| panic!("{name} is not in:\n{now}"));
    assert!(at("SecurityMiddleware") < at("SessionMiddleware"));
    assert!(at("SessionMiddleware") < at("AuthenticationMiddleware"));
    assert!(at("SessionMiddleware") < at("CommonMiddleware"));
    assert!(at("CommonMiddleware") < at("CsrfViewMiddleware"));
    assert!(at("CsrfViewMiddleware") < at("AuthenticationMiddleware"));
    assert!(at("AuthenticationMiddleware") < at("XFrameOptionsMiddleware"));
}

#[test]
fn comments_go_with_the_middleware_they_are_about() {
    let settings = "MIDDLEWARE = [\n    \"django.middleware.security.SecurityMiddleware\",\n\n    # who it is\n    \"django.contrib.auth.middleware.AuthenticationMiddleware\",  # users\n    \"shop.middleware.Basket\",\n    # the visit\n    # and its data\n    \"django.contrib.sessions.middleware.SessionMiddleware\"  # visits\n]\n";
    let tree = MemoryTree::new().with("manage.py", "").with("shop/settings.py", settings);
    let result = fixed(&tree, "middleware-order-wrong", FixSafety::NeedsReview);
    assert_eq!(
        text(&result, "shop/settings.py"),
        "MIDDLEWARE = [\n    \"django.middleware.security.SecurityMiddleware\",\n\n    # the visit\n    # and its data\n    \"django.contrib.sessions.middleware.SessionMiddleware\",  # visits\n    \"shop.middleware.Basket\",\n    # who it is\n    \"django.contrib.auth.middleware.AuthenticationMiddleware\",  # users\n]\n"
    );
}

#[test]
fn the_production_module_is_edited_where_others_share_the_base() {
    let tree = MemoryTree::new()
        .with("manage.py", "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings.development')\n")
        .with("shop/__init__.py", "")
        .with("shop/wsgi.py", "import os\nfrom django.core.wsgi import get_wsgi_application\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings.production')\napplication = get_wsgi_application()\n")
        .with("shop/settings/__init__.py", "")
        .with("shop/settings/base.py", "DEBUG = True\nMIDDLEWARE = ['django.middleware.security.SecurityMiddleware']\n")
        .with("shop/settings/development.py", "from .base import *\n")
        .with("shop/settings/production.py", "from .base import *\n\nALLOWED_HOSTS = ['shop.example']\n");
    let result = fixed(&tree, "debug-enabled", FixSafety::NeedsReview);
    assert_eq!(
        text(&result, "shop/settings/production.py"),
        "from .base import *\n\nALLOWED_HOSTS = ['shop.example']\nDEBUG = False\n"
    );
    assert_eq!(result.files.len(), 1, "{:?}", result.files);
}

#[test]
fn the_reader_the_project_uses_reads_the_secret() {
    let key = "f7v0x!b3w#n9q@z5k$m1r%t8y^u2p&s6d(a4g)h_j-l=c+e";
    let cases = [
        ("import environ\n\nenv = environ.Env()\n", "env(\"SECRET_KEY\")"),
        ("from environs import Env\n\nenv = Env()\n", "env(\"SECRET_KEY\")"),
        ("from decouple import config\n", "config(\"SECRET_KEY\")"),
        ("import os\n", "os.environ[\"SECRET_KEY\"]"),
        ("", "os.environ[\"SECRET_KEY\"]"),
    ];
    for (head, read) in cases {
        let settings = format!("{head}\nSECRET_KEY = \"{key}\"  # keep\n");
        let tree = MemoryTree::new().with("manage.py", "").with("shop/settings.py", settings);
        let result = fixed(&tree, "secret-key-hardcoded", FixSafety::NeedsReview);
        let now = text(&result, "shop/settings.py");
        assert!(now.ends_with(&format!("\nSECRET_KEY = {read}  # keep\n")), "{now}");
        let example = result.files.iter().find(|file| file.path == Utf8Path::new(".env.example")).unwrap();
        assert!(String::from_utf8_lossy(&example.after).contains("\nSECRET_KEY=\n"));
    }
}
