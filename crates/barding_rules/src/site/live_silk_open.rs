//! `live-silk-open`: The profiler is open.

use super::{add, around, exposed};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Exchange, Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-silk-open"),
        title: "The profiler is open",
        severity: Severity::High,
        tip: Tip::LiveSettings,
        cwe: &[497, 532],
        django_checks: &[],
        consequence: "silk keeps requests with their bodies, passwords among them.",
        advice: "`SILKY_AUTHENTICATION = True` and `SILKY_AUTHORISATION = True` (both are off by default), or take it out.",
        since: "0.1.0",
        page: include_str!("live_silk_open.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    for (exchange, mark) in exposed(site, found, Purpose::Exposure, &["/silk/"], holds) {
        add(
            found,
            exchange,
            Confidence::High,
            "The profiler silk is open to everybody",
            around(&exchange.body, mark),
        );
    }
}

/// What in the content tells it.
fn holds(exchange: &Exchange) -> Option<&'static str> {
    let marks = ["silk/css/", "silk/lib/", "<title>Silky"];
    marks.into_iter().find(|mark| exchange.body.contains(mark))
}
