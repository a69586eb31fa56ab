//! `live-session-cookie-insecure`: The session cookie also goes over plain HTTP.

use super::{add, cookie_line, cut, session_cookies};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-session-cookie-insecure"),
        title: "The session cookie also goes over plain HTTP",
        severity: Severity::High,
        tip: Tip::Https,
        cwe: &[614],
        django_checks: &[],
        consequence: "Whoever listens on the way takes the session over.",
        advice: "`SESSION_COOKIE_SECURE = True`.",
        since: "0.1.0",
        page: include_str!("live_session_cookie_insecure.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    for (cookie, exchange) in session_cookies(site, found) {
        if !cookie.is_secure {
            add(
                found,
                exchange,
                Confidence::High,
                format!("The session cookie `{}` is set without `Secure`", cut(&cookie.name, 60)),
                cookie_line(&cookie),
            );
        }
    }
}
