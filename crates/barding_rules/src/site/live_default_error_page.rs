//! `live-default-error-page`: django's own error page is shown.

use super::{add, around, asked};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-default-error-page"),
        title: "Django's own error page is shown",
        severity: Severity::Info,
        tip: Tip::Checkup,
        cwe: &[],
        django_checks: &[],
        consequence: "It tells that the site is Django's, and visitors find no way on.",
        advice: "Templates `404.html`, `500.html`, `403.html`, `400.html` and `403_csrf.html`.",
        since: "0.1.0",
        page: include_str!("live_default_error_page.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    for exchange in asked(site, Purpose::UnknownPath, found) {
        let words = "The requested resource was not found on this server.";
        if exchange.status == 404 && exchange.body.len() < 400 && exchange.body.contains(words) {
            add(
                found,
                exchange,
                Confidence::High,
                "An unknown path gets Django's own error page",
                around(&exchange.body, "Not Found"),
            );
            return;
        }
    }
}
