//! The lines of the web server that mend what was found.

use barding_live::tls::{Endpoint, Starttls};

/// Which lines to show: those of the server that answered, or of all three when it does not say.
fn lines(endpoint: &Endpoint, what: &str, nginx: &str, apache: &str, caddy: &str) -> String {
    if let Some(protocol) = endpoint.starttls {
        return match protocol {
            Starttls::Postgres => {
                format!(
                    "{what}. PostgreSQL, in `postgresql.conf`: `ssl_min_protocol_version = 'TLSv1.2'` and `ssl_ciphers = 'HIGH:!aNULL'`."
                )
            }
            Starttls::Mysql => format!("{what}. MySQL, in `my.cnf`: `tls_version = TLSv1.2,TLSv1.3`."),
            Starttls::Smtp => {
                format!(
                    "{what}. Postfix, in `main.cf`: `smtpd_tls_protocols = >=TLSv1.2` and `smtpd_tls_ciphers = high`."
                )
            }
            Starttls::Imap | Starttls::Pop3 => format!("{what}. Dovecot: `ssl_min_protocol = TLSv1.2`."),
            Starttls::Ftp => format!("{what}."),
        };
    }
    let server = endpoint.server_header.as_deref().unwrap_or_default().to_ascii_lowercase();
    let parts = [("nginx", nginx), ("apache", apache), ("caddy", caddy)];
    let own: Vec<_> = parts.iter().filter(|(name, _)| server.contains(name)).collect();
    let shown = if own.is_empty() { parts.iter().collect() } else { own };
    let lines: Vec<String> = shown.iter().map(|(name, line)| format!("{}: {line}", title(name))).collect();
    format!("{what}. {}", lines.join(" "))
}

fn title(name: &str) -> &str {
    match name {
        "apache" => "Apache",
        "caddy" => "Caddy",
        _ => "nginx",
    }
}

/// Suites of TLS 1.2 as Mozilla's intermediate profile lists them.
const SUITES: &str = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:\
ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

pub(super) fn protocols(endpoint: &Endpoint) -> String {
    lines(
        endpoint,
        "Allow TLS 1.2 and TLS 1.3 only",
        "`ssl_protocols TLSv1.2 TLSv1.3;`",
        "`SSLProtocol -all +TLSv1.2 +TLSv1.3`",
        "its default; take `protocols` out of the `tls` block.",
    )
}

pub(super) fn suites(endpoint: &Endpoint) -> String {
    lines(
        endpoint,
        "Accept suites with ECDHE and AES-GCM or ChaCha20-Poly1305 only",
        &format!("`ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers {SUITES}; ssl_prefer_server_ciphers off;`"),
        &format!(
            "`SSLProtocol -all +TLSv1.2 +TLSv1.3`, `SSLCipherSuite {SUITES}`, `SSLHonorCipherOrder off`"
        ),
        "its default; take `ciphers` out of the `tls` block.",
    )
}

pub(super) fn dh(endpoint: &Endpoint) -> String {
    lines(
        endpoint,
        "Give DHE suites up, no client of today needs them, or use the group ffdhe2048",
        &format!("`ssl_ciphers {SUITES};` and no `ssl_dhparam`"),
        &format!("`SSLCipherSuite {SUITES}`"),
        "has none; they come from what stands before it.",
    )
}

pub(super) fn groups(endpoint: &Endpoint) -> String {
    lines(
        endpoint,
        "Accept X25519MLKEM768 (OpenSSL 3.5 or newer), X25519, P-256 and P-384",
        "`ssl_ecdh_curve X25519MLKEM768:X25519:prime256v1:secp384r1;`",
        "`SSLOpenSSLConfCmd Groups X25519MLKEM768:X25519:prime256v1:secp384r1`",
        "2.10 or newer does so by itself.",
    )
}
