//! `live-django-headers-missing`: headers that this Django sends by itself do not arrive.

use super::{add, front, version};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-django-headers-missing"),
        title: "Headers that this Django sends by itself do not arrive",
        severity: Severity::Low,
        tip: Tip::Middleware,
        cwe: &[693],
        django_checks: &[],
        consequence: "Either SecurityMiddleware is missing, or something on the way takes headers away; then others may be missing too.",
        advice: "`'django.middleware.security.SecurityMiddleware'` first in MIDDLEWARE; look whether the proxy or content network removes headers.",
        since: "0.1.0",
        page: include_str!("live_django_headers_missing.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let Some(seen) = version::versions(site) else {
        return found.nothing_to_judge("the version of Django is not known");
    };
    let Some(page) = front(site, found) else { return };
    let since: [(&str, (u32, u32)); 4] = [
        ("X-Content-Type-Options", (3, 0)),
        ("X-Frame-Options", (3, 0)),
        ("Referrer-Policy", (3, 1)),
        ("Cross-Origin-Opener-Policy", (4, 0)),
    ];
    // The oldest release that fits decides: what it sends, every other sends too.
    let Some(oldest) = seen.series.first().and_then(|series| numbers(series)) else { return };
    let is_framed_otherwise =
        page.header("content-security-policy").is_some_and(|value| value.contains("frame-ancestors"));
    let missing: Vec<&str> = since
        .into_iter()
        .filter(|(name, from)| {
            oldest >= *from
                && page.header(name).is_none()
                && !(*name == "X-Frame-Options" && is_framed_otherwise)
        })
        .map(|(name, _)| name)
        .collect();
    // One alone may have been switched off on purpose; that has rules of its own.
    if missing.len() >= 2 {
        let message = format!(
            "Django {} or newer sends {} by itself, and they do not arrive",
            seen.series[0],
            missing.join(", ")
        );
        add(found, page, Confidence::Medium, message, seen.because.first().cloned().unwrap_or_default());
    }
}

fn numbers(series: &str) -> Option<(u32, u32)> {
    let (major, minor) = series.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}
