//! `live-source-map-exposed`: The sources of scripts are served.

use super::{add, around, exposed};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Exchange, Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-source-map-exposed"),
        title: "The sources of scripts are served",
        severity: Severity::Low,
        tip: Tip::Checkup,
        cwe: &[540],
        django_checks: &[],
        consequence: "Comments and names of the source are open, and sometimes more.",
        advice: "Leave `*.map` out of `collectstatic`.",
        since: "0.1.0",
        page: include_str!("live_source_map_exposed.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    for (exchange, mark) in exposed(site, found, Purpose::Exposure, &[".map"], holds) {
        add(
            found,
            exchange,
            Confidence::High,
            format!("The source map {} is served", exchange.path()),
            around(&exchange.body, mark),
        );
    }
}

/// What in the content tells it.
fn holds(exchange: &Exchange) -> Option<&'static str> {
    (exchange.body.contains("\"sources\"") && exchange.body.contains("\"version\"")).then_some("\"sources\"")
}
