//! `live-cookie-over-http`: a cookie is set over plain HTTP.

use super::{add, cookie_line, cut};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-cookie-over-http"),
        title: "A cookie is set over plain HTTP",
        severity: Severity::Medium,
        tip: Tip::Https,
        cwe: &[614, 319],
        django_checks: &[],
        consequence: "It went over the wire in the clear before the redirect.",
        advice: "Redirect in the web server, or put SecurityMiddleware above SessionMiddleware.",
        since: "0.1.0",
        page: include_str!("live_cookie_over_http.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    if site.https_front().is_none() {
        return found.nothing_to_judge("the site does not speak HTTPS");
    }
    for (cookie, exchange) in site.cookies() {
        if !exchange.is_secure() && (cookie.is_session() || cookie.is_csrf()) {
            add(
                found,
                exchange,
                Confidence::High,
                format!("The cookie `{}` is set over plain HTTP", cut(&cookie.name, 60)),
                cookie_line(&cookie),
            );
        }
    }
}
