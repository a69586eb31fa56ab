//! Whether the project uses the part of a package that a vulnerability is in: the answer, its place, and what it does to
//! the finding.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by failing")]

use barding_audit::{AuditOptions, PackageSource, audit_packages};
use barding_finding::{AuditResult, Finding, Place};
use barding_source::MemoryTree;

const SETTINGS: &str = "\
INSTALLED_APPS = ['django.contrib.auth', 'shop']
DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'shop'}}
ROOT_URLCONF = 'shop.urls'
SECRET_KEY = 'x'
";
const MANAGE: &str = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n";

fn audited(requirements: &str, files: &[(&str, &str)]) -> AuditResult {
    let mut tree = MemoryTree::new()
        .with("requirements.txt", requirements)
        .with("manage.py", MANAGE)
        .with("shop/__init__.py", "")
        .with("shop/settings.py", SETTINGS);
    for (path, text) in files {
        tree = tree.with(*path, *text);
    }
    audit_packages(&tree, &PackageSource::Tree, &AuditOptions::default()).unwrap().0
}

fn finding<'r>(result: &'r AuditResult, id: &str) -> &'r Finding {
    result.findings.iter().find(|finding| finding.subjects.iter().any(|subject| subject == id)).unwrap()
}

/// The answer, and the file and line of its place.
fn answer(result: &AuditResult, id: &str) -> (String, Option<(String, u32)>) {
    let starts = ["used here: ", "not seen: ", "can't tell: "];
    let finding = finding(result, id);
    let step =
        finding.evidence.iter().find(|step| starts.iter().any(|start| step.note.starts_with(start))).unwrap();
    let place = step.place.as_ref().map(|place| match place {
        Place::Code(span) => {
            let file = result.file(*span).unwrap();
            (file.path.to_string(), file.line(span.start))
        }
        other => panic!("{other:?}"),
    });
    (step.note.split(':').next().unwrap().to_owned(), place)
}

#[test]
fn a_filter_that_a_template_uses() {
    let template = ("shop/templates/shop/note.html", "<p>\n{{ note.text|urlize }}</p>");
    let used = audited("django==5.0.1\n", &[template]);
    let place = Some(("shop/templates/shop/note.html".to_owned(), 2));
    assert_eq!(answer(&used, "CVE-2024-38875"), ("used here".to_owned(), place));
    let unused = audited("django==5.0.1\n", &[("shop/templates/shop/note.html", "<p>{{ note.text }}</p>")]);
    assert_eq!(answer(&unused, "CVE-2024-38875"), ("not seen".to_owned(), None));
    // It changes how urgent the finding is and hides nothing.
    assert_eq!(used.findings.len(), unused.findings.len());
    assert!(finding(&unused, "CVE-2024-38875").severity < finding(&used, "CVE-2024-38875").severity);
}

#[test]
fn a_function_by_any_of_its_names() {
    for (text, line) in [
        ("from django.utils.html import strip_tags\n\ndef view(r):\n    return strip_tags(r)\n", 1),
        ("import django.utils.html as h\n\ndef view(r):\n    return h.strip_tags(r)\n", 4),
        ("from django.utils import html\n\ndef view(r):\n    return html.strip_tags(r)\n", 4),
    ] {
        let result = audited("django==4.2.1\n", &[("shop/views.py", text)]);
        let place = Some(("shop/views.py".to_owned(), line));
        assert_eq!(answer(&result, "CVE-2024-53907"), ("used here".to_owned(), place), "{text}");
    }
    let own = "from shop.html import strip_tags\n";
    let result =
        audited("django==4.2.1\n", &[("shop/views.py", own), ("shop/html.py", "def strip_tags(x): ...\n")]);
    assert_eq!(answer(&result, "CVE-2024-53907").0, "not seen");
    let tests_only =
        audited("django==4.2.1\n", &[("shop/tests/test_a.py", "from django.utils.html import strip_tags\n")]);
    assert_eq!(answer(&tests_only, "CVE-2024-53907").0, "not seen");
}

#[test]
fn names_from_a_dictionary_in_a_query() {
    let of = |text: &str| answer(&audited("django==5.2.7\n", &[("shop/views.py", text)]), "CVE-2025-64459").0;
    assert_eq!(of("def view(r):\n    return Order.objects.filter(**r.GET.dict())\n"), "used here");
    assert_eq!(of("from django.db.models import Q\ndef view(o):\n    return Q(**o)\n"), "used here");
    assert_eq!(of("def view(r):\n    return Order.objects.filter(**{'a': r})\n"), "not seen");
    assert_eq!(
        of("class V(B):\n    def get(self, *a, **k):\n        return super().get(*a, **k)\n"),
        "not seen"
    );
    assert_eq!(of("import requests\ndef f(**k):\n    return requests.get('x', **k)\n"), "not seen");
}

#[test]
fn what_the_database_decides() {
    let explain = ("shop/views.py", "def view(o):\n    return Order.objects.explain(**o)\n");
    let result = audited("django==4.0.1\n", &[explain]);
    assert_eq!(answer(&result, "CVE-2022-28347").0, "used here");
    let has_key = ("shop/views.py", "from django.db.models.fields.json import HasKey\n");
    let result = audited("django==5.0.1\n", &[has_key]);
    assert_eq!(answer(&result, "CVE-2024-53908").0, "not seen", "no database in Oracle");
}

#[test]
fn what_settings_decide() {
    let off = audited("django==5.2.13\n", &[]);
    assert_eq!(answer(&off, "CVE-2026-35192").0, "not seen");
    let settings = format!("{SETTINGS}SESSION_SAVE_EVERY_REQUEST = True\n");
    let on = audited("django==5.2.13\n", &[("shop/settings.py", &settings)]);
    let place = Some(("shop/settings.py".to_owned(), 5));
    assert_eq!(answer(&on, "CVE-2026-35192"), ("used here".to_owned(), place));
}

#[test]
fn what_every_site_uses_and_what_nobody_can_tell() {
    let login = ("shop/urls.py", "from django.contrib.auth.views import LoginView\n");
    let result = audited("django==4.2.1\n", &[login]);
    assert_eq!(answer(&result, "CVE-2023-41164").0, "used here");
    assert_eq!(answer(&result, "CVE-2023-46695").0, "can't tell", "it needs Windows");
}

#[test]
fn packages_beside_django() {
    let image = (
        "shop/models.py",
        "from django.db import models\n\nclass A(models.Model):\n    p = models.ImageField()\n",
    );
    let result = audited("pillow==8.1.0\npyyaml==5.3\n", &[image]);
    let place = Some(("shop/models.py".to_owned(), 4));
    assert_eq!(answer(&result, "CVE-2021-27921"), ("used here".to_owned(), place));
    assert_eq!(answer(&result, "CVE-2020-14343").0, "not seen");
    let load =
        ("shop/views.py", "import yaml\n\ndef view(t):\n    return yaml.load(t, Loader=yaml.FullLoader)\n");
    let result = audited("pyyaml==5.3\n", &[load]);
    assert_eq!(answer(&result, "CVE-2020-14343").0, "used here");
    let compiled = "certifi==2022.9.24\n    # via requests\nrequests==2.32.3\n    # via -r requirements.in\n";
    let result = audited(compiled, &[]);
    assert_eq!(answer(&result, "CVE-2022-23491").0, "can't tell", "requests may use it");
}
