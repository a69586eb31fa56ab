//! `live-cookie-prefix-broken`: a cookie breaks the promise of its name.

use super::{add, cookie_line, cut};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-cookie-prefix-broken"),
        title: "A cookie breaks the promise of its name",
        severity: Severity::High,
        tip: Tip::Https,
        cwe: &[1275],
        django_checks: &[],
        consequence: "Browsers refuse the cookie, and what rests on it (the login) does not work.",
        advice: "A cookie called `__Host-…` needs Secure, `Path=/` and no Domain; one called `__Secure-…` needs Secure.",
        since: "0.1.0",
        page: include_str!("live_cookie_prefix_broken.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let cookies = site.cookies();
    let mut seen_any = false;
    for (cookie, exchange) in cookies {
        let name = cookie.name.to_ascii_lowercase();
        let is_host = name.starts_with("__host-");
        if !is_host && !name.starts_with("__secure-") && !name.starts_with("__http-") {
            continue;
        }
        seen_any = true;
        let mut missing = Vec::new();
        if !cookie.is_secure || !exchange.is_secure() {
            missing.push("it is not `Secure` over HTTPS");
        }
        if is_host && cookie.path.as_deref() != Some("/") {
            missing.push("its `Path` is not `/`");
        }
        if is_host && cookie.domain.is_some() {
            missing.push("it has a `Domain`");
        }
        if name.contains("http-") && !cookie.is_http_only {
            missing.push("it is not `HttpOnly`");
        }
        if !missing.is_empty() {
            let message =
                format!("Browsers refuse the cookie `{}`: {}", cut(&cookie.name, 60), missing.join(" and "));
            add(found, exchange, Confidence::High, message, cookie_line(&cookie));
        }
    }
    if !seen_any {
        found.nothing_to_judge("no cookie with such a name was set");
    }
}
