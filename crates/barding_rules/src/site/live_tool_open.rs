//! `live-tool-open`: a tool for insiders is open to everybody.

use super::{add, exposed};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::html::forms;
use barding_live::site::{Exchange, Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-tool-open"),
        title: "A tool for insiders is open to everybody",
        severity: Severity::High,
        tip: Tip::AdminUrl,
        cwe: &[306, 425],
        django_checks: &[],
        consequence: "Data can be read or changed without a login.",
        advice: "`staff_member_required`, and a network that is let in.",
        since: "0.1.0",
        page: include_str!("live_tool_open.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    for (exchange, mark) in exposed(site, found, Purpose::Exposure, &[], holds) {
        add(
            found,
            exchange,
            Confidence::High,
            format!("{} is open without a login: {mark}", exchange.path()),
            "",
        );
    }
}

/// What in the content tells it.
fn holds(exchange: &Exchange) -> Option<&'static str> {
    let has = |mark: &str| exchange.body.contains(mark);
    let asks = forms(&exchange.body).iter().any(|form| form.has_password());
    match () {
        () if has("phpMyAdmin") && has("pma_") && !asks => Some("phpMyAdmin"),
        () if has("adminer.org") => Some("Adminer"),
        () if has("<title>pgAdmin") => Some("pgAdmin"),
        () if has("django_rq") || has("RQ Queues") || has("<title>Django RQ") => {
            Some("django-rq").filter(|_| !asks)
        }
        () if has("SQL Explorer") && !asks => Some("django-sql-explorer"),
        () if has("rosetta/") && has("Rosetta") && !asks => Some("Rosetta"),
        () => None,
    }
}
