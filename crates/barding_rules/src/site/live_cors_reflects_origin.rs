//! `live-cors-reflects-origin`: any site may read answers.

use super::{add, asked, header};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-cors-reflects-origin"),
        title: "Any site may read answers",
        severity: Severity::High,
        tip: Tip::Checkup,
        cwe: &[942, 346],
        django_checks: &[],
        consequence: "With credentials, a page of somebody else reads what the visitor may read.",
        advice: "django-cors-headers: `CORS_ALLOW_ALL_ORIGINS = False` and a list in `CORS_ALLOWED_ORIGINS`.",
        since: "0.1.0",
        page: include_str!("live_cors_reflects_origin.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    for exchange in asked(site, Purpose::ForeignOrigin, found) {
        let origin = exchange.header("access-control-allow-origin").unwrap_or_default();
        let with_credentials =
            exchange.header("access-control-allow-credentials").is_some_and(|value| value == "true");
        let is_echo = !exchange.marker.is_empty() && origin == exchange.marker;
        let (message, severity) = match (is_echo, origin == "*", with_credentials) {
            (true, _, true) => ("The `Origin` of any site is allowed, with credentials", Severity::High),
            (true, _, false) => ("The `Origin` of any site is allowed", Severity::Medium),
            (_, true, true) => {
                ("`*` is allowed together with credentials, which browsers refuse", Severity::Low)
            }
            _ => continue,
        };
        add(found, exchange, Confidence::High, message, header(exchange, "Access-Control-Allow-Origin"))
            .severity(severity);
        return;
    }
}
