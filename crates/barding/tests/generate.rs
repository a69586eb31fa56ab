//! `barding generate` and `barding database` from the outside, with nothing but files.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by failing")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn barding(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_barding")).args(arguments).current_dir(folder).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A small project with the given settings.
fn project(settings: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("manage.py", "import os\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"shop.settings\")\n");
    write("shop/__init__.py", "");
    write(
        "shop/wsgi.py",
        "import os\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"shop.settings\")\n",
    );
    write(
        "shop/urls.py",
        "from django.contrib import admin\nfrom django.urls import path\nurlpatterns = [path(\"backstage/\", admin.site.urls)]\n",
    );
    let base = "from pathlib import Path\nBASE_DIR = Path(__file__).resolve().parent.parent\nROOT_URLCONF = \"shop.urls\"\n\
                WSGI_APPLICATION = \"shop.wsgi.application\"\nINSTALLED_APPS = [\"django.contrib.admin\"]\nMIDDLEWARE = []\n";
    write("shop/settings.py", &format!("{base}{settings}"));
    write("requirements.txt", "Django==5.2.19\n");
    folder
}

const LIVE: &str = "ALLOWED_HOSTS = [\"shop.example\", \"localhost\"]\nSTATIC_URL = \"static/\"\nSTATIC_ROOT = BASE_DIR / \"collected\"\n\
                    MEDIA_URL = \"/files/\"\nMEDIA_ROOT = BASE_DIR / \"uploads\"\nDATA_UPLOAD_MAX_MEMORY_SIZE = 5242880\n\
                    SECURE_HSTS_SECONDS = 7200\n";

#[test]
fn web_servers_take_their_words_from_the_model() {
    let folder = project(LIVE);
    for server in ["nginx", "apache", "caddy"] {
        let made = barding(folder.path(), &["generate", server, "--root", "/srv/shop"]);
        assert!(made.status.success(), "{}", err(&made));
        let text = out(&made);
        let size = match server {
            "nginx" => "client_max_body_size 5m",
            "apache" => "LimitRequestBody 5242880",
            _ => "max_size 5MiB",
        };
        for part in [
            "shop.example",
            "/srv/shop/collected",
            "/srv/shop/uploads",
            "/files/",
            "max-age=7200",
            "nosniff",
            "attachment",
            "sandbox",
            size,
        ] {
            assert!(text.contains(part), "{server} lacks {part}:\n{text}");
        }
        assert!(!text.contains("localhost"), "{text}");
    }
    let guarded = out(&barding(folder.path(), &["generate", "nginx", "--admin-from", "10.0.0.0/8"]));
    assert!(
        guarded.contains("location ^~ /backstage/ {\n        allow 10.0.0.0/8;\n        deny all;"),
        "{guarded}"
    );
    let modern = out(&barding(
        folder.path(),
        &["generate", "nginx", "--tls", "modern", "--server-version", "1.28", "--openssl", "3.5"],
    ));
    assert!(
        modern.contains("ssl_protocols TLSv1.3;")
            && modern.contains("http2 on;")
            && modern.contains("X25519MLKEM768:")
    );
}

#[test]
fn output_is_the_same_twice() {
    let folder = project(LIVE);
    for what in ["nginx", "apache", "caddy", "nftables", "ufw", "settings", "csp", "security-txt", "ci"] {
        let [one, other] = [(); 2].map(|()| barding(folder.path(), &["generate", what]));
        assert!(one.status.success(), "{what}: {}", err(&one));
        assert!(!one.stdout.is_empty());
        assert_eq!(out(&one), out(&other), "{what}");
    }
}

#[test]
fn a_project_cannot_write_into_the_server() {
    let folder = project(
        "ALLOWED_HOSTS = [\"a.example; return 200 'x'\", \"b.example\\nserver {\"]\nSTATIC_URL = \"static/\"\n\
         STATIC_ROOT = \"/srv/x; } server { root /\"\nMEDIA_URL = \"/m/ { deny\"\nMEDIA_ROOT = \"/m\"\n",
    );
    for server in ["nginx", "apache", "caddy"] {
        let text = out(&barding(folder.path(), &["generate", server]));
        for part in ["return 200", "root /\n", "b.example", "{ deny"] {
            assert!(!text.contains(part), "{server} took {part}:\n{text}");
        }
        assert!(text.contains("example.org"), "{text}");
    }
    for bad in [
        ["--domain", "a b"],
        ["--root", "/srv/a;b"],
        ["--upstream", "x y:1"],
        ["--admin-from", "10.0.0.0/40"],
        ["--upload-limit", "much"],
    ] {
        let refused = barding(folder.path(), &["generate", "nginx", bad[0], bad[1]]);
        assert_eq!(refused.status.code(), Some(2), "{bad:?}");
        assert!(err(&refused).contains(bad[0]), "{}", err(&refused));
    }
}

#[test]
fn firewalls_name_what_is_open() {
    let folder = project(LIVE);
    let ufw = out(&barding(folder.path(), &["generate", "ufw", "--ssh-from", "203.0.113.0/24"]));
    assert!(ufw.contains("ufw allow from 203.0.113.0/24 to any port 22 proto tcp"), "{ufw}");
    assert!(
        ufw.contains("ufw default deny incoming")
            && ufw.contains("ufw allow 443/tcp")
            && !ufw.contains("allow 5432")
    );
    let nft = out(&barding(
        folder.path(),
        &["generate", "nftables", "--ssh-from", "203.0.113.0/24", "--ssh-from", "2001:db8::/32"],
    ));
    assert!(
        nft.contains("policy drop")
            && nft.contains("2001:db8::/32")
            && nft.contains("tcp dport { 80, 443 } accept"),
        "{nft}"
    );
}

#[test]
fn a_policy_names_what_pages_load() {
    let folder = project(
        "TEMPLATES = [{\"BACKEND\": \"django.template.backends.django.DjangoTemplates\", \"DIRS\": [BASE_DIR / \"templates\"]}]\n",
    );
    let templates = folder.path().join("templates");
    fs::create_dir_all(&templates).unwrap();
    fs::write(
        templates.join("home.html"),
        "{% load static %}<html><head>\n<script src=\"https://cdn.example/lib.js\"></script>\n<script src=\"{% static 'a.js' %}\"></script>\n\
         <script>go()</script>\n</head><body onload=\"x()\"><img src=\"data:image/png;base64,AA\" style=\"width:1px\"></body></html>\n",
    )
    .unwrap();
    let old = out(&barding(folder.path(), &["generate", "csp"]));
    assert!(old.contains("CONTENT_SECURITY_POLICY") && old.contains("csp.middleware.CSPMiddleware"), "{old}");
    let new = out(&barding(folder.path(), &["generate", "csp", "--django", "6.0"]));
    assert!(
        new.contains("SECURE_CSP = {")
            && new.contains("django.middleware.csp.ContentSecurityPolicyMiddleware"),
        "{new}"
    );
    for text in [&old, &new] {
        assert!(
            text.contains("\"https://cdn.example\"") && text.contains("NONCE") && text.contains("\"data:\""),
            "{text}"
        );
        assert!(
            text.contains("templates/home.html line 4") && text.contains("templates/home.html line 5"),
            "{text}"
        );
        assert!(!text.contains("\"script-src\": [\"'unsafe-inline'\""), "{text}");
    }
}

#[test]
fn security_txt_and_ci_are_whole() {
    let folder = project(LIVE);
    let text = out(&barding(
        folder.path(),
        &["generate", "security-txt", "--contact", "sec@shop.example", "--expires", "2027-11-01"],
    ));
    assert!(
        text.contains("Contact: mailto:sec@shop.example\n")
            && text.contains("Expires: 2027-11-01T00:00:00Z\n"),
        "{text}"
    );
    assert!(text.contains("Canonical: https://shop.example/.well-known/security.txt\n"));
    for (system, part) in [
        ("github", "upload-sarif"),
        ("gitlab", "gl-sast-report.json"),
        ("pre-commit", "barding secrets --staged"),
    ] {
        let text = out(&barding(folder.path(), &["generate", "ci", "--for", system]));
        assert!(text.contains(part) && text.contains("--settings shop.settings"), "{text}");
        assert!(!text.contains('\t'), "tabs are no YAML");
    }
}

#[test]
fn the_present_file_is_compared() {
    let folder = project(LIVE);
    let nowhere = barding(folder.path(), &["generate", "nginx", "--compare"]);
    assert_eq!(nowhere.status.code(), Some(2));
    fs::create_dir(folder.path().join("deploy")).unwrap();
    fs::write(
        folder.path().join("deploy/nginx.conf"),
        "server {\n    listen 80;\n    location / { proxy_pass http://app:8000; }\n}\n",
    )
    .unwrap();
    let differs = barding(folder.path(), &["generate", "nginx", "--compare"]);
    assert_eq!(differs.status.code(), Some(1), "{}", err(&differs));
    assert!(
        out(&differs).starts_with("--- a/deploy/nginx.conf")
            && out(&differs).contains("\n+    ssl_protocols"),
        "{}",
        out(&differs)
    );
    // The text itself goes to the standard output, the difference beside it.
    let both = barding(folder.path(), &["generate", "nginx"]);
    assert!(out(&both).starts_with("# nginx for shop.example") && err(&both).contains("deploy/nginx.conf"));
    fs::write(folder.path().join("deploy/nginx.conf"), out(&both)).unwrap();
    assert_eq!(barding(folder.path(), &["generate", "nginx", "--compare"]).status.code(), Some(0));
    let kept = barding(folder.path(), &["generate", "caddy", "-o", "deploy/nginx.conf"]);
    assert_eq!(kept.status.code(), Some(2));
    assert_eq!(fs::read_to_string(folder.path().join("deploy/nginx.conf")).unwrap(), out(&both));
}

#[test]
fn roles_need_an_engine() {
    let folder = project(
        "DATABASES = {\"default\": {\"ENGINE\": \"django.db.backends.sqlite3\", \"NAME\": BASE_DIR / \"db.sqlite3\"}}\n",
    );
    let none = barding(folder.path(), &["generate", "database-roles"]);
    assert_eq!(none.status.code(), Some(2));
    assert!(err(&none).contains("SQLite"), "{}", err(&none));
    let folder = project(
        "DATABASES = {\"default\": {\"ENGINE\": \"django.db.backends.postgresql\", \"NAME\": \"orders\", \"USER\": \"postgres\"}}\n",
    );
    let text = out(&barding(folder.path(), &["generate", "database-roles"]));
    assert!(text.contains("CREATE ROLE \"orders_web\"") && !text.contains("\"postgres\""), "{text}");
    let mysql = out(&barding(
        folder.path(),
        &["generate", "database-roles", "--engine", "mysql", "--web", "shop", "--from-host", "10.0.0.%"],
    ));
    assert!(
        mysql.contains("'shop'@'10.0.0.%' REQUIRE SSL") && mysql.contains("ON `orders`.* TO 'shop'"),
        "{mysql}"
    );
}

#[test]
fn an_alias_that_is_not_there_is_told_with_those_that_are() {
    let folder = project(
        "DATABASES = {\"default\": {\"ENGINE\": \"django.db.backends.sqlite3\", \"NAME\": \"db.sqlite3\"}}\n",
    );
    let other = barding(folder.path(), &["database", "other"]);
    assert_eq!(other.status.code(), Some(2));
    assert!(err(&other).contains("no DATABASES[\"other\"]; it has default"), "{}", err(&other));
}

#[test]
fn an_sqlite_file_is_looked_at() {
    let folder = project(
        "DATABASES = {\"default\": {\"ENGINE\": \"django.db.backends.sqlite3\", \"NAME\": BASE_DIR / \"uploads\" / \"db.sqlite3\"}}\nMEDIA_ROOT = BASE_DIR / \"uploads\"\n",
    );
    fs::create_dir(folder.path().join("uploads")).unwrap();
    let make = "import sqlite3, sys\nbase = sqlite3.connect(sys.argv[1])\nbase.execute('CREATE TABLE auth_user (id integer PRIMARY KEY, password varchar(128), \
                last_login datetime, is_superuser bool, username varchar(150), is_staff bool, is_active bool)')\n\
                row = 'INSERT INTO auth_user (password, last_login, is_superuser, username, is_staff, is_active) VALUES (?, ?, ?, ?, ?, ?)'\n\
                for at in range(3000):\n    base.execute(row, ('pbkdf2_sha256$600000$salt%d$%s' % (at, 'h' * 44), '2026-01-01', 0, 'user%d' % at, 0, 1))\n\
                base.execute(row, ('md5$abc$' + 'f' * 32, None, 1, 'admin', 1, 1))\nbase.execute(row, ('!nobody', None, 0, 'old', 1, 0))\nbase.commit()\n";
    let file = folder.path().join("uploads/db.sqlite3");
    let made = Command::new("python3").args(["-c", make]).arg(&file).status().unwrap();
    assert!(made.success(), "python3 with sqlite3 is needed");
    let by_alias = barding(folder.path(), &["database", "default"]);
    let said = out(&by_alias);
    assert_eq!(by_alias.status.code(), Some(1), "{}", err(&by_alias));
    for part in [
        "3002 in auth_user",
        "3000  pbkdf2_sha256 600000",
        "1  md5",
        "MEDIA_ROOT",
        "stored-password-broken",
        "user-account-guessable",
        "user-privilege-stale",
    ] {
        assert!(said.contains(part), "no {part} in:\n{said}");
    }
    assert!(!said.contains("ffff") && !said.contains("salt1"), "a hash is shown:\n{said}");
    let by_url =
        barding(folder.path(), &["database", &format!("sqlite:///{}", file.display()), "--format", "json"]);
    assert!(out(&by_url).contains("stored-password-broken"));
    fs::write(&file, "no database").unwrap();
    assert_eq!(barding(folder.path(), &["database", "default"]).status.code(), Some(2));
    let absent = barding(folder.path(), &["database", "postgres://u:hidden-word@127.0.0.1:1/d"]);
    assert_eq!(absent.status.code(), Some(2));
    assert!(!err(&absent).contains("hidden-word"), "{}", err(&absent));
}
