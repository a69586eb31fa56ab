//! `live-csrf-cookie-insecure`: The CSRF cookie also goes over plain HTTP.

use super::{add, cookie_line, csrf_cookies, cut};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-csrf-cookie-insecure"),
        title: "The CSRF cookie also goes over plain HTTP",
        severity: Severity::Medium,
        tip: Tip::Https,
        cwe: &[614],
        django_checks: &[],
        consequence: "Whoever sits on the way reads or plants the token.",
        advice: "`CSRF_COOKIE_SECURE = True`.",
        since: "0.1.0",
        page: include_str!("live_csrf_cookie_insecure.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    for (cookie, exchange) in csrf_cookies(site, found) {
        if !cookie.is_secure {
            add(
                found,
                exchange,
                Confidence::High,
                format!("The CSRF cookie `{}` is set without `Secure`", cut(&cookie.name, 60)),
                cookie_line(&cookie),
            );
        }
    }
}
