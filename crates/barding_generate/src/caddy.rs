//! A Caddyfile. Facts behind it: a site with a name gets a certificate, TLS 1.2 and up, and sets X-Forwarded-* anew; a
//! name no site has gets an empty answer; `header ?Name` sets what the application did not.

use crate::headers::{ABOUT_HSTS, FILLED, HARMLESS, UPLOADS, hsts, matching_settings, title};
use crate::nginx::upstream;
use crate::site::Site;
use crate::tls::Profile;
use crate::wishes::ServerWishes;
use crate::words::{bytes_in_words, comment, network};

/// The whole Caddyfile.
pub fn caddy(site: &Site, wishes: &ServerWishes) -> String {
    let mut out = title(site, "Caddy", "#");
    out.push_str(&matching_settings(site, "#"));
    let (http, https) = wishes.ports();
    out.push_str("\n{\n");
    if (http, https) != (80, 443) {
        out.push_str(&format!("\thttp_port {http}\n\thttps_port {https}\n"));
    }
    let addresses: Vec<&str> =
        wishes.listen.iter().filter(|address| network(address).is_some()).map(String::as_str).collect();
    if !addresses.is_empty() {
        out.push_str(&format!("\tdefault_bind {}\n", addresses.join(" ")));
    }
    out.push_str("\t# The plain sites below redirect themselves, by name.\n\tauto_https disable_redirects\n");
    out.push_str("\tservers {\n\t\t# The Host must be the name that TLS was asked for.\n\t\tstrict_sni_host on\n\t\ttimeouts {\n\t\t\tread_header 15s\n\t\t\tread_body 30s\n\t\t\tidle 60s\n\t\t}\n\t}\n}\n");
    out.push_str(&format!(
        "\n# Plain HTTP goes to HTTPS; other names get no answer.\n{} {{\n\tredir https://{{host}}{}{{uri}} permanent\n}}\nhttp:// {{\n\tabort\n}}\n",
        sites(site, "http://"),
        if https == 443 { String::new() } else { format!(":{https}") }
    ));
    out.push_str(&format!("\n{} {{\n", sites(site, "https://")));
    out.push_str(&main_site(site, wishes));
    out.push_str("}\n");
    out
}

fn sites(site: &Site, scheme: &str) -> String {
    let mut names: Vec<String> = Vec::new();
    for name in &site.domains {
        // `.example.org` is the name and every name below it.
        if let Some(bare) = name.strip_prefix('.') {
            names.push(format!("{scheme}{bare}"));
            names.push(format!("{scheme}*.{bare}"));
        } else {
            names.push(format!("{scheme}{name}"));
        }
    }
    names.join(", ")
}

fn main_site(site: &Site, wishes: &ServerWishes) -> String {
    let mut out = String::new();
    let modern = wishes.profile == Profile::Modern;
    match (&wishes.certificate, &wishes.key) {
        (Some(certificate), Some(key)) => {
            out.push_str(&format!("\ttls {certificate} {key}{}\n", if modern { " {\n\t\tprotocols tls1.3\n\t}" } else { "" }));
        }
        _ if modern => out.push_str("\ttls {\n\t\tprotocols tls1.3\n\t}\n"),
        _ => out.push_str("\t# Caddy's own TLS is that of Mozilla's intermediate profile, and it renews the certificate itself.\n"),
    }
    out.push_str(&format!(
        "\n\t# The largest request. Django itself refuses larger forms, but counts no files (--upload-limit).\n\trequest_body {{\n\t\t\
         max_size {}\n\t}}\n\n",
        caddy_size(&bytes_in_words(wishes.upload_limit.unwrap_or(site.upload_limit)))
    ));
    out.push_str(&comment("#", "\t", ABOUT_HSTS));
    // One line each: in a block the lines with `?` hold only when all of their headers are missing.
    out.push_str("\t# `?` fills in what Django does not send itself.\n\theader -Server\n");
    let value = hsts(site, wishes);
    for (name, value) in FILLED.iter().copied().chain([("Strict-Transport-Security", value.as_str())]) {
        out.push_str(&format!("\theader ?{name} \"{value}\"\n"));
    }
    if let Some(files) = &site.statics {
        let cache = if files.hashed { "public, max-age=31536000, immutable" } else { "public, max-age=3600" };
        out.push_str(&format!(
            "\n\thandle_path {}* {{\n\t\troot * {}\n\t\theader Cache-Control \"{cache}\"\n\t\tfile_server {{\n\t\t\thide .*\n\t\t}}\n\t}}\n",
            files.url, files.root
        ));
    }
    if let Some(files) = &site.media {
        out.push_str(&media(&files.url, &files.root));
    }
    if let Some(admin) = &site.admin {
        let networks: Vec<&str> =
            wishes.admin_from.iter().filter(|net| network(net).is_some()).map(String::as_str).collect();
        if !networks.is_empty() {
            let bare = admin.path.trim_end_matches('/');
            out.push_str(&format!(
                "\n\t# The admin, from known networks only.\n\t@admin {{\n\t\tpath {bare} {bare}/*\n\t\tnot remote_ip {}\n\t}}\n\thandle @admin \
                 {{\n\t\trespond 404\n\t}}\n",
                networks.join(" ")
            ));
        }
    }
    let upstream = upstream(site, wishes);
    let target = match upstream.strip_prefix("unix:") {
        Some(path) => format!("unix/{path}"),
        None => upstream.clone(),
    };
    let scheme = site.scheme_header.as_deref().unwrap_or("X-Forwarded-Proto");
    out.push_str(&format!(
        "\n\thandle {{\n\t\t# gunicorn --bind {upstream} {}\n\t\treverse_proxy {target} {{\n\t\t\t# Caddy itself sets X-Forwarded-For, -Proto \
         and -Host and drops what a visitor sent as such.\n",
        site.application
    ));
    if scheme != "X-Forwarded-Proto" {
        out.push_str(&format!("\t\t\theader_up {scheme} {{scheme}}\n"));
    }
    for name in ["X-Real-IP", "X-Forwarded-Port", "Forwarded", "Proxy"] {
        out.push_str(&format!("\t\t\theader_up -{name}\n"));
    }
    out.push_str("\t\t}\n\t}\n");
    out
}

/// Caddy counts in powers of ten unless told otherwise.
fn caddy_size(size: &str) -> String {
    size.replace('m', "MiB").replace('k', "KiB")
}

fn media(url: &str, root: &str) -> String {
    let patterns: Vec<String> = HARMLESS
        .iter()
        .flat_map(|(_, extensions)| extensions.split(' '))
        .map(|extension| format!("*.{extension}"))
        .collect();
    let mut out = format!(
        "\n\t# Uploads: strangers wrote them. Nothing in them runs, and nothing here hands them to a program.\n\thandle_path {url}* \
         {{\n\t\troot * {root}\n\t\t@other not path {}\n\t\theader @other Content-Type application/octet-stream\n\t\theader {{\n",
        patterns.join(" ")
    );
    for (name, value) in UPLOADS {
        out.push_str(&format!("\t\t\t{name} \"{value}\"\n"));
    }
    out.push_str("\t\t}\n\t\tfile_server {\n\t\t\thide .*\n\t\t}\n\t}\n");
    out
}
