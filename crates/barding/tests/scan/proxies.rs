//! nginx that serves uploads carelessly, and a proxy that is wrong on purpose; beside each the same done well.

use super::django::{django, nginx};
use super::server::scan;

/// A site of one page that shows an upload.
fn with_media(media: &str) -> (tempfile::TempDir, super::django::Site) {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write(
        "site/index.html",
        "<!doctype html><title>Shop</title><img src=\"/media/cat.svg\"><a href=\"/media/notes.html\">Notes</a>",
    );
    write("site/media/cat.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    write("site/media/notes.html", "<!doctype html><p>Notes</p>");
    let place = folder.path().display().to_string();
    // The workers of a server started by root are somebody else.
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(folder.path(), open).unwrap();
    let servers = |port: u16| {
        format!(
            "types {{ text/html html; image/svg+xml svg; }}\n\
         server {{ listen 127.0.0.1:{port}; root {place}/site; location /media/ {{ {media} }} }}"
        )
    };
    let server = nginx(folder.path(), "", servers);
    (folder, server)
}

#[test]
fn uploads_that_nginx_serves_as_pages_and_lists_are_found() {
    let (_folder, bad) = with_media("autoindex on;");
    let said = scan(&format!("http://127.0.0.1:{}/", bad.port), &["--probe", "--yes"]);
    for id in ["live-directory-listed", "live-media-active", "live-server-version-visible"] {
        assert!(said.has(id), "{id}: {:?}", said.found);
    }
    let (_folder, good) = with_media(
        "autoindex off; add_header X-Content-Type-Options nosniff always; add_header Content-Disposition attachment always;\n\
         add_header Content-Security-Policy \"sandbox; default-src 'none'\" always;",
    );
    let said = scan(&format!("http://127.0.0.1:{}/", good.port), &["--probe", "--yes"]);
    for id in ["live-directory-listed", "live-media-active"] {
        assert!(!said.has(id), "{id}: {:?}", said.found);
    }
}

#[test]
fn a_proxy_that_takes_protection_away_is_found() {
    let app = django("5.2", "plain");
    let before = |rules: &str| {
        let folder = tempfile::tempdir().unwrap();
        let servers = |port: u16| {
            format!(
                "server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://127.0.0.1:{}; {rules} }} }}",
                app.port
            )
        };
        let server = nginx(folder.path(), "", servers);
        let said = scan(&format!("http://127.0.0.1:{}/", server.port), &["--probe", "--yes"]);
        (said, server, folder)
    };
    let faults = [
        "live-host-not-validated",
        "live-frameable",
        "live-nosniff-missing",
        "live-cors-reflects-origin",
        "live-django-headers-missing",
    ];
    let (wrong, ..) = before(
        "proxy_set_header Host localhost; proxy_hide_header X-Frame-Options; proxy_hide_header X-Content-Type-Options;\n\
         add_header Access-Control-Allow-Origin $http_origin; add_header Access-Control-Allow-Credentials true;",
    );
    let (right, ..) = before("proxy_set_header Host $host;");
    for id in faults {
        assert!(wrong.has(id), "{id}: {:?}", wrong.found);
        assert!(!right.has(id), "{id}: {:?}", right.found);
    }
}
