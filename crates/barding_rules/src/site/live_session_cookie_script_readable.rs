//! `live-session-cookie-script-readable`: scripts can read the session cookie.

use super::{add, cookie_line, cut, session_cookies};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-session-cookie-script-readable"),
        title: "Scripts can read the session cookie",
        severity: Severity::High,
        tip: Tip::Xss,
        cwe: &[1004],
        django_checks: &[],
        consequence: "One script that gets into a page takes the session with it.",
        advice: "`SESSION_COOKIE_HTTPONLY = True`, the default.",
        since: "0.1.0",
        page: include_str!("live_session_cookie_script_readable.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    for (cookie, exchange) in session_cookies(site, found) {
        if !cookie.is_http_only {
            add(
                found,
                exchange,
                Confidence::High,
                format!("The session cookie `{}` is set without `HttpOnly`", cut(&cookie.name, 60)),
                cookie_line(&cookie),
            );
        }
    }
}
