//! `live-cors-trusts-lookalike`: an Origin that only looks like the site is trusted.

use super::{add, asked, cut, header};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-cors-trusts-lookalike"),
        title: "An Origin that only looks like the site is trusted",
        severity: Severity::High,
        tip: Tip::Checkup,
        cwe: &[942],
        django_checks: &[],
        consequence: "An attacker registers such a name, or uses a frame whose origin is `null`, and reads what the visitor may read.",
        advice: "Anchor patterns with `^` and `$` and escape their dots; do not list `null`.",
        since: "0.1.0",
        page: include_str!("live_cors_trusts_lookalike.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let echoes_all = site
        .answered(Purpose::ForeignOrigin)
        .any(|exchange| exchange.header("access-control-allow-origin") == Some(exchange.marker.as_str()));
    for exchange in asked(site, Purpose::LookalikeOrigin, found) {
        let origin = exchange.header("access-control-allow-origin").unwrap_or_default();
        if !echoes_all && !exchange.marker.is_empty() && origin == exchange.marker {
            let with_credentials =
                exchange.header("access-control-allow-credentials").is_some_and(|value| value == "true");
            let severity = if with_credentials { Severity::High } else { Severity::Medium };
            let shown = if origin == "null" { "null".to_owned() } else { cut(origin, 80) };
            add(
                found,
                exchange,
                Confidence::High,
                format!("The `Origin` {shown} is trusted"),
                header(exchange, "Access-Control-Allow-Origin"),
            )
            .severity(severity);
        }
    }
}
