//! An nginx site. Facts behind it: `add_header` and `proxy_set_header` are inherited only by levels that have none of
//! their own; the first server of a listen socket answers every unknown Host; client headers pass on unless overwritten.

use crate::headers::{ABOUT_HSTS, FILLED, HARMLESS, UPLOADS, hsts, matching_settings, title};
use crate::site::Site;
use crate::tls::{Profile, SUITES, groups};
use crate::wishes::ServerWishes;
use crate::words::{bytes_in_words, comment, is_plain_path, network};

/// The site's file, for `sites-available/` or `conf.d/` (the `http` level).
pub fn nginx(site: &Site, wishes: &ServerWishes) -> String {
    let mut out = title(site, "nginx", "#");
    out.push_str(&matching_settings(site, "#"));
    out.push_str(&format!(
        "\n# Where the application listens: gunicorn --bind {} {}\nupstream {}_app {{\n    server {} fail_timeout=0;\n}}\n",
        upstream(site, wishes),
        site.application,
        site.name,
        upstream(site, wishes),
    ));
    out.push_str(&maps(site, wishes));
    out.push_str(&catch_all(wishes));
    out.push_str(&plain(site, wishes));
    out.push_str(&main_server(site, wishes));
    out
}

/// The address of the application.
pub(crate) fn upstream(site: &Site, wishes: &ServerWishes) -> String {
    let wished = wishes
        .upstream
        .as_ref()
        .filter(|upstream| is_plain_path(upstream.strip_prefix("unix:").unwrap_or(upstream)));
    wished.cloned().unwrap_or_else(|| format!("unix:/run/{}/app.sock", site.name))
}

/// Headers that are sent only where Django does not send them: an empty value sends none.
fn maps(site: &Site, wishes: &ServerWishes) -> String {
    let mut out = comment(
        "#",
        "",
        "Headers for what Django does not answer itself. Where it sends one, its value stands and none is added. \
         $upstream_http_… is empty for static files and for nginx's own error pages.",
    );
    out.insert(0, '\n');
    let value = hsts(site, wishes);
    let all = FILLED.iter().copied().chain([("Strict-Transport-Security", value.as_str())]);
    for (name, value) in all {
        let upstream = format!("$upstream_http_{}", name.to_ascii_lowercase().replace('-', "_"));
        out.push_str(&format!(
            "map {upstream} ${} {{ default \"\"; \"\" \"{value}\"; }}\n",
            variable(site, name)
        ));
    }
    if site.is_asgi {
        out.push_str(&format!(
            "map $http_upgrade ${0}_upgrade {{ default \"\"; websocket websocket; }}\nmap $http_upgrade ${0}_connection {{ default \"\"; \
             websocket upgrade; }}\n",
            site.name
        ));
    }
    if !login_paths(site).is_empty() {
        out.push_str("\n# Logging in: 30 attempts a minute from one address.\n");
        out.push_str(&format!(
            "limit_req_zone $binary_remote_addr zone={}_login:10m rate=30r/m;\n",
            site.name
        ));
    }
    out
}

fn variable(site: &Site, header: &str) -> String {
    format!("{}_{}", site.name, header.to_ascii_lowercase().replace('-', "_"))
}

/// `listen` lines of a port.
fn listens(wishes: &ServerWishes, port: u16, rest: &str) -> String {
    let addresses: Vec<String> = if wishes.listen.is_empty() {
        vec![port.to_string(), format!("[::]:{port}")]
    } else {
        let given = wishes.listen.iter().filter(|address| network(address).is_some());
        given
            .map(|address| {
                if address.contains(':') {
                    format!("[{address}]:{port}")
                } else {
                    format!("{address}:{port}")
                }
            })
            .collect()
    };
    addresses.iter().map(|address| format!("    listen {address}{rest};\n")).collect()
}

fn catch_all(wishes: &ServerWishes) -> String {
    let (http, https) = wishes.ports();
    let mut out = String::from("\n");
    out.push_str(&comment(
        "#",
        "",
        "Names that are not ours get no answer. Without this block the first server of each port answers every Host.",
    ));
    out.push_str("server {\n");
    out.push_str(&listens(wishes, http, " default_server"));
    out.push_str(&listens(wishes, https, " ssl default_server"));
    out.push_str("    server_name _;\n");
    if wishes.at_least((1, 19, 4)).unwrap_or(true) {
        out.push_str("    ssl_reject_handshake on;   # nginx 1.19.4 and later\n");
    } else {
        out.push_str(&format!(
            "    ssl_certificate {};\n",
            wishes.certificate.as_deref().unwrap_or("/etc/ssl/certs/ssl-cert-snakeoil.pem")
        ));
        out.push_str(&format!(
            "    ssl_certificate_key {};\n",
            wishes.key.as_deref().unwrap_or("/etc/ssl/private/ssl-cert-snakeoil.key")
        ));
    }
    out.push_str("    return 444;\n}\n");
    out
}

fn names(site: &Site) -> String {
    site.domains.join(" ")
}

fn plain(site: &Site, wishes: &ServerWishes) -> String {
    let (http, https) = wishes.ports();
    let port = if https == 443 { String::new() } else { format!(":{https}") };
    format!(
        "\n# Plain HTTP goes to HTTPS. $host is safe here: this server answers to the names below only.\nserver {{\n{}    \
         server_name {};\n    server_tokens off;\n\n    location ^~ /.well-known/acme-challenge/ {{\n        root \
         /var/www/acme;   # for renewing the certificate\n    }}\n    location / {{\n        return 301 \
         https://$host{port}$request_uri;\n    }}\n}}\n",
        listens(wishes, http, ""),
        names(site),
    )
}

fn main_server(site: &Site, wishes: &ServerWishes) -> String {
    let (_, https) = wishes.ports();
    let new_http2 = wishes.at_least((1, 25, 1)).unwrap_or(false);
    let mut out = String::from("\nserver {\n");
    out.push_str(&listens(wishes, https, if new_http2 { " ssl" } else { " ssl http2" }));
    if new_http2 {
        out.push_str("    http2 on;\n");
    } else if wishes.version.is_none() {
        out.push_str(
            "    # From nginx 1.25.1 on: `listen … ssl;` and `http2 on;` (--server-version writes it so).\n",
        );
    }
    out.push_str(&format!("    server_name {};\n\n", names(site)));
    out.push_str(&tls(site, wishes));
    out.push_str(&format!(
        "\n    server_tokens off;\n    # {}\n    client_max_body_size {};\n    client_header_timeout 15s;\n    \
         client_body_timeout 30s;\n    send_timeout 30s;\n    keepalive_timeout 30s;\n\n",
        "The largest request. Django itself refuses larger forms, but counts no files (--upload-limit).",
        bytes_in_words(wishes.upload_limit.unwrap_or(site.upload_limit))
    ));
    out.push_str(&comment("#", "    ", ABOUT_HSTS));
    out.push_str(&filled(site, "    "));
    if let Some(files) = &site.statics {
        out.push_str(&format!("\n    location ^~ {} {{\n        alias {}/;\n", files.url, files.root));
        if files.hashed {
            out.push_str("        # Names carry a hash of the content, so they never change.\n        add_header Cache-Control \"public, max-age=31536000, immutable\" always;\n");
        } else {
            out.push_str("        add_header Cache-Control \"public, max-age=3600\" always;\n");
        }
        out.push_str(
            "        # An add_header of its own drops those of the server, so they stand here again.\n",
        );
        out.push_str(&filled(site, "        "));
        out.push_str("        location ~ /\\. { return 404; }\n    }\n");
    }
    if let Some(files) = &site.media {
        out.push_str(&media(site, &files.url, &files.root));
    }
    for path in login_paths(site) {
        let guard = if inside(site, &path) { guard(wishes) } else { Default::default() };
        out.push_str(&format!(
            "\n    # Slows guessing of passwords down.\n    location = {path} {{\n        limit_req zone={}_login burst=10 nodelay;\n        limit_req_status 429;\n{guard}{}    }}\n",
            site.name,
            proxy(site, wishes)
        ));
    }
    if let Some(admin) = site.admin.as_ref().filter(|_| !guard(wishes).is_empty()) {
        out.push_str(&format!(
            "\n    # The admin, from known networks only.\n    location ^~ {} {{\n{}{}    }}\n",
            admin.path,
            guard(wishes),
            proxy(site, wishes)
        ));
        let bare = admin.path.trim_end_matches('/');
        out.push_str(&format!("    location = {bare} {{\n{}{}    }}\n", guard(wishes), proxy(site, wishes)));
    }
    out.push_str("\n    # No dot file is ever an answer.\n    location ~ /\\.(?!well-known/) {\n        return 404;\n    }\n");
    if site.is_asgi {
        let connection = "        proxy_set_header Connection \"\";\n";
        let upgraded = format!(
            "        proxy_set_header Upgrade ${0}_upgrade;\n        proxy_set_header Connection ${0}_connection;\n",
            site.name
        );
        out.push_str(&format!(
            "\n    # WebSockets: only here, and to no other protocol than that.\n    location ^~ /ws/ {{\n{}    }}\n",
            proxy(site, wishes).replace(connection, &upgraded)
        ));
    }
    out.push_str(&format!("\n    location / {{\n{}    }}\n}}\n", proxy(site, wishes)));
    out
}

fn tls(site: &Site, wishes: &ServerWishes) -> String {
    let live = format!("/etc/letsencrypt/live/{}", site.main_domain());
    let certificate = wishes.certificate.clone().unwrap_or_else(|| format!("{live}/fullchain.pem"));
    let key = wishes.key.clone().unwrap_or_else(|| format!("{live}/privkey.pem"));
    let mut out = format!(
        "    ssl_certificate {certificate};\n    ssl_certificate_key {key};\n    # Mozilla's {} profile, guideline 6.0.\n",
        wishes.profile.name()
    );
    match wishes.profile {
        Profile::Intermediate => {
            out.push_str("    ssl_protocols TLSv1.2 TLSv1.3;\n");
            out.push_str(&format!("    ssl_ciphers {SUITES};\n"));
        }
        Profile::Modern => out.push_str("    ssl_protocols TLSv1.3;\n"),
    }
    out.push_str(&format!(
        "    ssl_ecdh_curve {};\n    ssl_prefer_server_ciphers off;\n",
        groups(wishes.openssl)
    ));
    if wishes.openssl.is_none() {
        out.push_str("    # With OpenSSL 3.5 or later put X25519MLKEM768 first (--openssl 3.5): it withstands quantum computers.\n");
    }
    out.push_str(&format!("    ssl_session_cache shared:{}_tls:10m;\n    ssl_session_timeout 1d;\n    ssl_session_tickets off;\n", site.name));
    out
}

fn filled(site: &Site, indent: &str) -> String {
    let names = FILLED.iter().map(|(name, _)| *name).chain(["Strict-Transport-Security"]);
    names.map(|name| format!("{indent}add_header {name} ${} always;\n", variable(site, name))).collect()
}

fn media(site: &Site, url: &str, root: &str) -> String {
    let mut out = format!(
        "\n    # Uploads: strangers wrote them. Nothing in them runs, and nothing here hands them to a program.\n    location ^~ {url} {{\n        alias {root}/;\n        autoindex off;\n        disable_symlinks on from={root}/;\n        types {{\n"
    );
    for (kind, extensions) in HARMLESS {
        out.push_str(&format!("            {kind} {extensions};\n"));
    }
    out.push_str("        }\n        default_type application/octet-stream;\n");
    for (name, value) in UPLOADS {
        out.push_str(&format!("        add_header {name} \"{value}\" always;\n"));
    }
    out.push_str(&format!(
        "        add_header Strict-Transport-Security ${} always;\n",
        variable(site, "Strict-Transport-Security")
    ));
    out.push_str("        location ~ /\\. { return 404; }\n    }\n");
    out.push_str(&comment(
        "#",
        "    ",
        "Files that only some may see: put `internal;` into the location, check the permission in a view and answer with \
         X-Accel-Redirect.",
    ));
    out
}

/// The paths that take passwords.
fn login_paths(site: &Site) -> Vec<String> {
    let admin = site.admin.as_ref().map(|admin| format!("{}login/", admin.path));
    let mut paths: Vec<String> = admin.into_iter().chain(site.login.clone()).collect();
    paths.dedup();
    paths
}

fn inside(site: &Site, path: &str) -> bool {
    site.admin.as_ref().is_some_and(|admin| path.starts_with(&admin.path))
}

fn guard(wishes: &ServerWishes) -> String {
    let networks: Vec<&String> = wishes.admin_from.iter().filter(|net| network(net).is_some()).collect();
    if networks.is_empty() {
        return String::new();
    }
    let mut out: String = networks.iter().map(|net| format!("        allow {net};\n")).collect();
    out.push_str("        deny all;\n");
    out
}

fn proxy(site: &Site, wishes: &ServerWishes) -> String {
    // $host has no port; links and the check of Origin need one that is not the usual.
    let host = if wishes.ports().1 == 443 { "$host" } else { "$host:$server_port" };
    let scheme = site.scheme_header.as_deref().unwrap_or("X-Forwarded-Proto");
    let mut headers = vec![
        ("Host", host),
        (scheme, "$scheme"),
        ("X-Forwarded-For", "$remote_addr"),
        ("X-Real-IP", "$remote_addr"),
        ("X-Forwarded-Host", host),
        ("X-Forwarded-Port", "$server_port"),
        ("Forwarded", "\"\""),
        ("Proxy", "\"\""),
    ];
    if scheme != "X-Forwarded-Proto" {
        headers.push(("X-Forwarded-Proto", "$scheme"));
    }
    let mut out = String::from(
        "        # Each of these is set here, so that what a visitor sends never reaches Django.\n",
    );
    for (name, value) in headers {
        out.push_str(&format!("        proxy_set_header {name} {value};\n"));
    }
    out.push_str(&format!("        proxy_http_version 1.1;\n        proxy_set_header Connection \"\";\n        proxy_redirect off;\n        proxy_pass http://{}_app;\n", site.name));
    out
}
