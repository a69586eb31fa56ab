//! `live-flower-open`: flower is open.

use super::{add, around, exposed};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Exchange, Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-flower-open"),
        title: "Flower is open",
        severity: Severity::Critical,
        tip: Tip::Firewall,
        cwe: &[306],
        django_checks: &[],
        consequence: "The arguments of tasks can be read, and tasks be run or revoked.",
        advice: "`--basic-auth` or OAuth, bound to localhost behind the proxy.",
        since: "0.1.0",
        page: include_str!("live_flower_open.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    for (exchange, mark) in exposed(site, found, Purpose::Exposure, &["/flower/"], holds) {
        add(
            found,
            exchange,
            Confidence::High,
            "Celery's monitor Flower is open to everybody",
            around(&exchange.body, mark),
        );
    }
}

/// What in the content tells it.
fn holds(exchange: &Exchange) -> Option<&'static str> {
    let marks = ["<title>Flower</title>", "Flower - Celery"];
    marks
        .into_iter()
        .find(|mark| exchange.body.contains(mark))
        .filter(|_| exchange.body.to_ascii_lowercase().contains("worker"))
}
