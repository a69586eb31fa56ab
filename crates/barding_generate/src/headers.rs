//! The response headers that every web server sends in the same words.

use crate::site::{Hsts, Site};
use crate::wishes::ServerWishes;

/// A year.
const YEAR: u64 = 31_536_000;

/// What makes stored uploads inert: no script runs in them, and they are saved instead of shown.
pub(crate) const UPLOADS: [(&str, &str); 4] = [
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", "default-src 'none'; sandbox"),
    ("Content-Disposition", "attachment"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
];

/// Types that browsers only draw. Everything else among uploads goes out as a download without a type.
pub(crate) const HARMLESS: [(&str, &str); 8] = [
    ("image/avif", "avif"),
    ("image/gif", "gif"),
    ("image/jpeg", "jpg jpeg"),
    ("image/png", "png"),
    ("image/webp", "webp"),
    ("audio/mpeg", "mp3"),
    ("video/mp4", "mp4"),
    ("video/webm", "webm"),
];

/// Where Django sends a header itself, its value stands; these fill the gaps (static files, the server's own error pages).
pub(crate) const FILLED: [(&str, &str); 3] =
    [("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"), ("Referrer-Policy", "same-origin")];

/// The value of Strict-Transport-Security: as wished, as the project sends it, or a year.
pub(crate) fn hsts(site: &Site, wishes: &ServerWishes) -> String {
    let own = site.hsts.unwrap_or(Hsts { seconds: YEAR, subdomains: false, preload: false });
    let seconds = wishes.hsts.unwrap_or(own.seconds);
    let mut value = format!("max-age={seconds}");
    if own.subdomains {
        value.push_str("; includeSubDomains");
    }
    if own.preload {
        value.push_str("; preload");
    }
    value
}

/// What to know about HSTS before it is sent.
pub(crate) const ABOUT_HSTS: &str = "Browsers then refuse plain HTTP for that long. New to HTTPS? Begin with --hsts 3600, \
then a week, then a year. Add includeSubDomains when every subdomain speaks HTTPS.";

/// The first lines of a file for a web server.
pub(crate) fn title(site: &Site, server: &str, mark: &str) -> String {
    let module = site.module.as_deref().unwrap_or("no settings module");
    let mut text = crate::words::comment(
        mark,
        "",
        &format!(
            "{server} for {}, from {module} ({}). Made by `barding generate`.",
            site.main_domain(),
            site.django
        ),
    );
    for assumption in &site.assumptions {
        text.push_str(&crate::words::comment(mark, "", &format!("Assumed: {assumption}")));
    }
    text
}

/// The settings that belong to a proxy in front, as comment lines.
pub(crate) fn matching_settings(site: &Site, mark: &str) -> String {
    let header = site.scheme_header.clone().unwrap_or_else(|| "X-Forwarded-Proto".to_owned());
    let key = format!("HTTP_{}", header.to_ascii_uppercase().replace('-', "_"));
    let hosts: Vec<String> =
        site.domains.iter().map(|name| format!("\"{}\"", name.replacen("*.", ".", 1))).collect();
    let mut lines = vec![
        "The settings that belong to it:".to_owned(),
        format!(
            "  SECURE_PROXY_SSL_HEADER = (\"{key}\", \"https\")   # this server always sets that header itself"
        ),
        format!("  ALLOWED_HOSTS = [{}]", hosts.join(", ")),
        "  USE_X_FORWARDED_HOST = False   # Host is passed on as it is".to_owned(),
        "  SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True".to_owned(),
    ];
    if site.series >= barding_project::Series::V4_0 {
        let origins: Vec<String> = site
            .domains
            .iter()
            .map(|name| {
                format!(
                    "\"https://{}\"",
                    if name.starts_with('.') { format!("*{name}") } else { name.clone() }
                )
            })
            .collect();
        lines.push(format!("  CSRF_TRUSTED_ORIGINS = [{}]", origins.join(", ")));
    }
    lines.iter().map(|line| format!("{mark} {line}\n")).collect()
}
