//! An Apache site. Facts behind it: the first virtual host of an address answers every unknown Host; `Header always` also
//! covers errors; request headers of visitors pass on unless they are set or unset.

use crate::headers::{ABOUT_HSTS, FILLED, HARMLESS, UPLOADS, hsts, matching_settings, title};
use crate::nginx::upstream;
use crate::site::Site;
use crate::tls::{Profile, SUITES, groups};
use crate::wishes::ServerWishes;
use crate::words::{comment, network};

/// The site's file, for `sites-available/`.
pub fn apache(site: &Site, wishes: &ServerWishes) -> String {
    let mut out = title(site, "Apache", "#");
    out.push_str("# Modules: a2enmod ssl headers alias proxy proxy_http\n");
    out.push_str(&matching_settings(site, "#"));
    let (http, https) = wishes.ports();
    if !wishes.listen.is_empty() || (http, https) != (80, 443) {
        out.push('\n');
        for port in [http, https] {
            for address in addresses(wishes, "") {
                let address = if address.is_empty() { String::new() } else { format!("{address}:") };
                out.push_str(&format!("Listen {address}{port}\n"));
            }
        }
    }
    out.push_str("\nServerTokens Prod\nServerSignature Off\nTraceEnable Off\nSSLCompression off\n");
    out.push_str("SSLSessionCache shmcb:${APACHE_RUN_DIR}/ssl_scache(512000)\n");
    out.push_str(&catch_all(site, wishes));
    out.push_str(&plain(site, wishes));
    out.push_str(&main_host(site, wishes));
    out
}

/// The addresses to listen on; `any` stands for all.
fn addresses(wishes: &ServerWishes, any: &str) -> Vec<String> {
    let given: Vec<String> = wishes
        .listen
        .iter()
        .filter(|address| network(address).is_some())
        .map(|address| if address.contains(':') { format!("[{address}]") } else { address.clone() })
        .collect();
    if given.is_empty() { vec![any.to_owned()] } else { given }
}

fn hosts(wishes: &ServerWishes, port: u16) -> String {
    let all: Vec<String> = addresses(wishes, "*").iter().map(|address| format!("{address}:{port}")).collect();
    all.join(" ")
}

fn names(site: &Site) -> String {
    let mut out = format!("    ServerName {}\n", site.main_domain());
    for name in &site.domains {
        let name = if name.starts_with('.') { format!("*{name}") } else { name.clone() };
        if name != site.main_domain() {
            out.push_str(&format!("    ServerAlias {name}\n"));
        }
    }
    out
}

fn tls(site: &Site, wishes: &ServerWishes) -> String {
    let live = format!("/etc/letsencrypt/live/{}", site.main_domain());
    let certificate = wishes.certificate.clone().unwrap_or_else(|| format!("{live}/fullchain.pem"));
    let key = wishes.key.clone().unwrap_or_else(|| format!("{live}/privkey.pem"));
    let mut out = format!(
        "    SSLEngine on\n    SSLCertificateFile {certificate}\n    SSLCertificateKeyFile {key}\n    # Mozilla's {} profile, \
         guideline 6.0.\n",
        wishes.profile.name()
    );
    match wishes.profile {
        Profile::Intermediate => {
            out.push_str(&format!("    SSLProtocol -all +TLSv1.2 +TLSv1.3\n    SSLCipherSuite {SUITES}\n"));
        }
        Profile::Modern => out.push_str("    SSLProtocol -all +TLSv1.3\n"),
    }
    out.push_str(&format!("    SSLOpenSSLConfCmd Curves {}\n", groups(wishes.openssl)));
    out.push_str("    SSLHonorCipherOrder off\n    SSLSessionTickets off\n");
    out
}

fn catch_all(site: &Site, wishes: &ServerWishes) -> String {
    let (http, https) = wishes.ports();
    let mut out = String::from("\n");
    out.push_str(&comment(
        "#",
        "",
        "Names that are not ours are refused. These two stand first: the first virtual host of an address answers every \
         name that no other one has.",
    ));
    let refuse =
        "    ServerName catch-all.invalid\n    <Location />\n        Require all denied\n    </Location>\n";
    out.push_str(&format!("<VirtualHost {}>\n{refuse}</VirtualHost>\n", hosts(wishes, http)));
    out.push_str(&format!(
        "<VirtualHost {}>\n{refuse}{}</VirtualHost>\n",
        hosts(wishes, https),
        tls(site, wishes)
    ));
    out
}

fn plain(site: &Site, wishes: &ServerWishes) -> String {
    let (http, https) = wishes.ports();
    let port = if https == 443 { String::new() } else { format!(":{https}") };
    format!(
        "\n# Plain HTTP goes to HTTPS.\n<VirtualHost {}>\n{}    # For renewing the certificate.\n    Alias \
         /.well-known/acme-challenge/ /var/www/acme/.well-known/acme-challenge/\n    <Directory /var/www/acme>\n        \
         AllowOverride None\n        Require all granted\n    </Directory>\n    RedirectMatch permanent \
         \"^/(?!\\.well-known/acme-challenge/)(.*)$\" \"https://{}{port}/$1\"\n</VirtualHost>\n",
        hosts(wishes, http),
        names(site),
        site.main_domain()
    )
}

fn main_host(site: &Site, wishes: &ServerWishes) -> String {
    let (_, https) = wishes.ports();
    let mut out = format!("\n<VirtualHost {}>\n{}\n{}", hosts(wishes, https), names(site), tls(site, wishes));
    out.push_str("    Protocols http/1.1\n");
    out.push_str(&format!(
        "\n    # The largest request. Django itself refuses larger forms, but counts no files (--upload-limit).\n    \
         LimitRequestBody {}\n    RequestReadTimeout header=10-20,MinRate=500 body=20,MinRate=500\n\n",
        wishes.upload_limit.unwrap_or(site.upload_limit)
    ));
    out.push_str(&comment("#", "    ", ABOUT_HSTS));
    out.push_str("    # Where Django sends a header itself, its value stands.\n");
    let value = hsts(site, wishes);
    for (name, value) in FILLED.iter().copied().chain([("Strict-Transport-Security", value.as_str())]) {
        out.push_str(&format!("    Header always set {name} \"{value}\" \"expr=-z %{{resp:{name}}}\"\n"));
    }
    out.push_str(
        "\n    <Directory />\n        AllowOverride None\n        Require all denied\n    </Directory>\n",
    );
    if let Some(files) = &site.statics {
        let cache = if files.hashed { "public, max-age=31536000, immutable" } else { "public, max-age=3600" };
        out.push_str(&format!(
            "\n    ProxyPass {0} !\n    Alias {0} {1}/\n    <Directory {1}>\n        AllowOverride None\n        Options None\n        \
             Require all granted\n        Header always set Cache-Control \"{cache}\"\n    </Directory>\n",
            files.url, files.root
        ));
    }
    if let Some(files) = &site.media {
        out.push_str(&media(&files.url, &files.root));
    }
    if let Some(admin) = &site.admin {
        let networks: Vec<&String> = wishes.admin_from.iter().filter(|net| network(net).is_some()).collect();
        if !networks.is_empty() {
            let list: Vec<&str> = networks.iter().map(|net| net.as_str()).collect();
            out.push_str(&format!(
                "\n    # The admin, from known networks only.\n    <Location {}>\n        Require ip {}\n    </Location>\n",
                admin.path.trim_end_matches('/'),
                list.join(" ")
            ));
        }
    }
    out.push_str("\n    # No dot file is ever an answer.\n    RedirectMatch 404 \"/\\.(?!well-known/)\"\n\n");
    out.push_str(&proxy(site, wishes));
    out.push_str("</VirtualHost>\n");
    out
}

fn media(url: &str, root: &str) -> String {
    let mut out = format!(
        "\n    # Uploads: strangers wrote them. Nothing in them runs, and nothing here hands them to a program.\n    ProxyPass {url} \
         !\n    Alias {url} {root}/\n    <Directory {root}>\n        AllowOverride None\n        Options None\n        SetHandler \
         default-handler\n        ForceType application/octet-stream\n"
    );
    for (kind, extensions) in HARMLESS {
        out.push_str(&format!(
            "        <FilesMatch \"(?i)\\.({})$\">\n            ForceType {kind}\n        </FilesMatch>\n",
            extensions.replace(' ', "|")
        ));
    }
    out.push_str(
        "        <IfModule mod_php.c>\n            php_admin_flag engine off\n        </IfModule>\n",
    );
    for (name, value) in UPLOADS {
        out.push_str(&format!("        Header always set {name} \"{value}\"\n"));
    }
    out.push_str("        Require all granted\n    </Directory>\n");
    out
}

fn proxy(site: &Site, wishes: &ServerWishes) -> String {
    let upstream = upstream(site, wishes);
    let target = match upstream.strip_prefix("unix:") {
        Some(path) => format!("unix:{path}|http://{}/", site.name),
        None => format!("http://{upstream}/"),
    };
    let scheme = site.scheme_header.as_deref().unwrap_or("X-Forwarded-Proto");
    let mut out = comment(
        "#",
        "    ",
        "Each of these is set here, so that what a visitor sends never reaches Django. Without ProxyAddHeaders Off the \
         module would add to what the visitor sent.",
    );
    out.push_str("    ProxyRequests Off\n    ProxyPreserveHost On\n    ProxyAddHeaders Off\n");
    let mut names = vec![scheme];
    if scheme != "X-Forwarded-Proto" {
        names.push("X-Forwarded-Proto");
    }
    for name in names {
        out.push_str(&format!("    RequestHeader set {name} expr=%{{REQUEST_SCHEME}}\n"));
    }
    for name in ["X-Forwarded-For", "X-Real-IP"] {
        out.push_str(&format!("    RequestHeader set {name} expr=%{{REMOTE_ADDR}}\n"));
    }
    out.push_str("    RequestHeader set X-Forwarded-Host expr=%{HTTP_HOST}\n");
    for name in ["X-Forwarded-Port", "Forwarded", "Proxy"] {
        out.push_str(&format!("    RequestHeader unset {name}\n"));
    }
    out.push_str(&format!(
        "    # gunicorn --bind {upstream} {}\n    ProxyPass / {target}\n    ProxyPassReverse / {target}\n    ProxyTimeout 60\n",
        site.application
    ));
    out
}
