//! `live-metrics-open`: metrics are open.

use super::{add, around, exposed};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Exchange, Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-metrics-open"),
        title: "Metrics are open",
        severity: Severity::Medium,
        tip: Tip::Firewall,
        cwe: &[497],
        django_checks: &[],
        consequence: "Routes, views, versions and load are told to everybody.",
        advice: "Let only the scraper in: nginx `allow`/`deny`.",
        since: "0.1.0",
        page: include_str!("live_metrics_open.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    for (exchange, mark) in exposed(site, found, Purpose::Exposure, &["/metrics"], holds) {
        add(
            found,
            exchange,
            Confidence::High,
            "Metrics of the process are open to everybody",
            around(&exchange.body, mark),
        );
    }
}

/// What in the content tells it.
fn holds(exchange: &Exchange) -> Option<&'static str> {
    let marks = ["# HELP django_http", "python_info{", "# TYPE python_gc", "# HELP process_"];
    marks.into_iter().find(|mark| exchange.body.contains(mark))
}
