//! Real sites: Django of four series under gunicorn, plain and with each of its faults, and behind nginx with TLS.

use super::free_port::{free_port, start_on_free_port};
use super::server::{Said, scan};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::Duration;

const SERIES: [&str; 4] = ["3.2", "4.2", "5.2", "6.1"];

pub(crate) struct Site {
    child: Child,
    pub(crate) port: u16,
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Starts a program that will listen on the port it is given.
fn start(what: &str, command: impl FnMut(u16) -> Command) -> Site {
    let (child, port) = start_on_free_port(what, Duration::from_secs(40), command);
    Site { child, port }
}

/// A site under gunicorn. The environments come from scripts/install/live-sites.sh.
pub(crate) fn django(series: &str, site: &str) -> Site {
    let gunicorn = root().join(format!("target/venvs/django-{series}/bin/gunicorn"));
    assert!(gunicorn.exists(), "{} is missing; run scripts/install/live-sites.sh", gunicorn.display());
    start(&format!("Django {series} ({site})"), |port| {
        let at = format!("127.0.0.1:{port}");
        let mut command = Command::new(&gunicorn);
        command
            .args(["--bind", &at, "--workers", "1", "--threads", "4", "--log-level", "error"])
            .args(["--keep-alive", "5", "pony_site:application", "--pythonpath"])
            .arg(root().join("fixtures/live"))
            .env("SITE", site)
            .env("PYTHONDONTWRITEBYTECODE", "1");
        command
    })
}

fn probed(site: &Site) -> Said {
    let said = scan(&format!("http://127.0.0.1:{}/", site.port), &["--probe", "--yes"]);
    assert_eq!(said.code, 1, "{}", said.stderr);
    said
}

/// The first number in the message of the finding about the version: `3.2`.
fn version(said: &Said) -> String {
    let findings = said.report["findings"].as_array().unwrap();
    let one = findings.iter().find(|one| one["rule"] == "live-django-version-visible");
    one.map_or_else(String::new, |one| one["message"].as_str().unwrap().to_owned())
}

#[test]
fn each_series_plain_and_with_debug() {
    for series in SERIES {
        let plain = probed(&django(series, "plain"));
        for id in [
            "live-http-not-redirected",
            "live-csp-missing",
            "live-admin-at-default-path",
            "live-csrf-cookie-insecure",
            "live-login-over-http",
            "live-default-error-page",
        ] {
            assert!(plain.has(id), "Django {series} has no {id}: {:?}", plain.found);
        }
        for id in [
            "live-debug-page",
            "live-host-not-validated",
            "live-frameable",
            "live-csrf-cookie-cross-site",
            "live-forwarded-host-trusted",
            "live-open-redirect",
            "live-form-without-token",
        ] {
            assert!(!plain.has(id), "Django {series} has {id}");
        }
        assert!(version(&plain).contains(series), "Django {series}: {}", version(&plain));
        assert_eq!(plain.has("live-django-outdated"), series < "5.2", "Django {series}");
        assert_eq!(plain.has("live-opener-policy-missing"), series == "3.2", "Django {series}");
        let debug = probed(&django(series, "debug"));
        assert!(debug.has("live-debug-page"), "Django {series}: {:?}", debug.found);
    }
}

#[test]
fn what_moved_is_not_at_its_default_place_and_a_catch_all_shows_nothing() {
    let moved = probed(&django("5.2", "moved"));
    assert!(!moved.has("live-admin-at-default-path"), "{:?}", moved.found);
    let spa = probed(&django("5.2", "spa"));
    for id in [
        "live-admin-at-default-path",
        "live-git-exposed",
        "live-env-file-exposed",
        "live-debug-page",
        "live-host-not-validated",
    ] {
        assert!(!spa.has(id), "{id}");
    }
}

#[test]
fn an_api_with_its_browser_is_found() {
    let site = django("5.2", "drf");
    assert!(probed(&site).has("live-browsable-api-open"));
    let said = scan(&format!("http://127.0.0.1:{}/", site.port), &["--active", "--yes"]);
    assert!(said.has("live-api-readable"), "{:?}", said.found);
}

#[test]
fn a_careless_site_shows_what_it_is() {
    let site = django("5.2", "careless");
    let said = scan(&format!("http://127.0.0.1:{}/", site.port), &["--active", "--yes"]);
    let wanted = [
        "live-host-not-validated",
        "live-frameable",
        "live-nosniff-missing",
        "live-open-redirect",
        "live-reflected-markup",
        "live-post-without-token",
        "live-env-file-exposed",
        "live-session-cookie-insecure",
        "live-session-cookie-script-readable",
        "live-media-active",
    ];
    for id in wanted {
        assert!(said.has(id), "{id}: {:?}", said.found);
    }
    let plain = django("5.2", "plain");
    let said = scan(&format!("http://127.0.0.1:{}/", plain.port), &["--active", "--yes"]);
    for id in [
        "live-post-without-token",
        "live-foreign-origin-accepted",
        "live-reflected-markup",
        "live-sql-error",
        "live-cache-deceived",
    ] {
        assert!(!said.has(id), "{id}");
    }
}

/// nginx with TLS before a site, by a certificate of a test's own authority.
fn behind_nginx(folder: &Path, app: &Site) -> (Site, u16) {
    let openssl = |arguments: &[&str]| {
        let done = Command::new("openssl").args(arguments).current_dir(folder).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    };
    openssl(&[
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        "ca.key",
        "-out",
        "ca.pem",
        "-days",
        "3000",
        "-subj",
        "/CN=Test Authority",
    ]);
    openssl(&[
        "req",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        "leaf.key",
        "-out",
        "leaf.csr",
        "-subj",
        "/CN=shop.test",
    ]);
    std::fs::write(
        folder.join("ext"),
        "subjectAltName=DNS:shop.test\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n",
    )
    .unwrap();
    openssl(&[
        "x509",
        "-req",
        "-in",
        "leaf.csr",
        "-CA",
        "ca.pem",
        "-CAkey",
        "ca.key",
        "-CAcreateserial",
        "-days",
        "90",
        "-extfile",
        "ext",
        "-out",
        "leaf.pem",
    ]);
    let http = free_port();
    let place = folder.display();
    let app = app.port;
    let tls = format!("ssl_certificate {place}/leaf.pem; ssl_certificate_key {place}/leaf.key;");
    let servers = |https: u16| {
        format!(
            "server {{ listen 127.0.0.1:{http} default_server; return 444; }}\n\
         server {{ listen 127.0.0.1:{http}; server_name shop.test; return 301 https://$host:{https}$request_uri; }}\n\
         server {{ listen 127.0.0.1:{https} ssl http2 default_server; {tls} return 444; }}\n\
         server {{ listen 127.0.0.1:{https} ssl http2; server_name shop.test; {tls}\n\
         location / {{ proxy_pass http://127.0.0.1:{app}; proxy_set_header Host $host; proxy_set_header X-Forwarded-Proto https;\n\
         proxy_set_header X-Forwarded-Host \"\"; }} }}\n"
        )
    };
    (nginx(folder, "server_tokens off;", servers), http)
}

/// nginx with the servers of a port.
pub(crate) fn nginx(folder: &Path, common: &str, servers: impl Fn(u16) -> String) -> Site {
    let place = folder.display();
    start("nginx (scripts/install/nginx.sh)", |port| {
        let configuration = format!(
            "daemon off; pid {place}/pid; error_log {place}/error.log crit; events {{}}\n\
             http {{ access_log off; {common} client_body_temp_path {place}/a; proxy_temp_path {place}/b; fastcgi_temp_path {place}/c;\n\
             uwsgi_temp_path {place}/d; scgi_temp_path {place}/e;\n{} }}\n",
            servers(port)
        );
        std::fs::write(folder.join("nginx.conf"), configuration).unwrap();
        let mut command = Command::new("nginx");
        command.arg("-c").arg(folder.join("nginx.conf"));
        command
    })
}

#[test]
fn a_hardened_site_behind_nginx_with_tls_is_in_order() {
    for series in ["4.2", "6.1"] {
        let folder = tempfile::tempdir().unwrap();
        let app = django(series, "hardened");
        let (nginx, http) = behind_nginx(folder.path(), &app);
        let ca = folder.path().join("ca.pem").display().to_string();
        let url = format!("https://shop.test:{}/", nginx.port);
        let (http, one, two) = (
            http.to_string(),
            format!("shop.test:{}:127.0.0.1", nginx.port),
            format!("shop.test:{http}:127.0.0.1"),
        );
        let options =
            ["--resolve", &one, "--resolve", &two, "--http-port", &http, "--ca", &ca, "--probe", "--yes"];
        let said = scan(&url, &options);
        let live: BTreeSet<&str> =
            said.found.iter().map(String::as_str).filter(|id| id.starts_with("live-")).collect();
        let fine = [
            "live-admin-at-default-path",
            "live-django-version-visible",
            "live-django-outdated",
            "live-security-txt-missing",
            "live-default-error-page",
            "live-unknown-method-accepted",
            "live-login-not-limited",
        ];
        let rest: Vec<&&str> = live.iter().filter(|id| !fine.contains(*id)).collect();
        assert!(rest.is_empty(), "Django {series}: {rest:?} {}", said.report["findings"]);
        assert!(said.report.to_string().contains("HTTP/2") || !live.contains("live-http2-missing"));
        // Without the authority the certificate is refused, and what the user sends is kept back.
        let untrusted = scan(&url, &["--resolve", &one, "--cookie", "a=b"]);
        assert!(untrusted.has("live-certificate-refused"), "{:?}", untrusted.found);
    }
}

#[test]
fn a_passive_look_is_quicker_than_a_second() {
    let site = django("5.2", "plain");
    let url = format!("http://127.0.0.1:{}/", site.port);
    scan(&url, &[]);
    let best = (0..3).map(|_| scan(&url, &[]).took).min().unwrap();
    assert!(best < Duration::from_millis(1_000), "{best:?}");
}
