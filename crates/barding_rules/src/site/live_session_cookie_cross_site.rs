//! `live-session-cookie-cross-site`: The session cookie goes along with requests of other sites.

use super::{add, cookie_line, cut, session_cookies};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-session-cookie-cross-site"),
        title: "The session cookie goes along with requests of other sites",
        severity: Severity::Medium,
        tip: Tip::Csrf,
        cwe: &[1275],
        django_checks: &[],
        consequence: "A page of somebody else acts as the visitor where nothing else prevents it.",
        advice: "`SESSION_COOKIE_SAMESITE = 'Lax'`, the default since 2.1.",
        since: "0.1.0",
        page: include_str!("live_session_cookie_cross_site.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    for (cookie, exchange) in session_cookies(site, found) {
        let name = cut(&cookie.name, 60);
        let message = match cookie.same_site.as_deref() {
            Some("lax" | "strict") => continue,
            Some("none") if !cookie.is_secure => format!(
                "The session cookie `{name}` has `SameSite=None` without `Secure`, so browsers refuse it"
            ),
            Some("none") => format!("The session cookie `{name}` has `SameSite=None`"),
            Some(_) => format!("The session cookie `{name}` has a `SameSite` that browsers do not know"),
            None => format!("The session cookie `{name}` is set without `SameSite`"),
        };
        add(found, exchange, Confidence::High, message, cookie_line(&cookie));
    }
}
