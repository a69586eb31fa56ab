//! `live-server-status-open`: The status of the web server is open.

use super::{add, around, exposed};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Exchange, Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-server-status-open"),
        title: "The status of the web server is open",
        severity: Severity::Medium,
        tip: Tip::Firewall,
        cwe: &[497],
        django_checks: &[],
        consequence: "Addresses of visitors and of pages that are asked for are open.",
        advice: "Apache `Require local`; nginx `allow 127.0.0.1; deny all;`.",
        since: "0.1.0",
        page: include_str!("live_server_status_open.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    for (exchange, mark) in exposed(site, found, Purpose::Exposure, &[], holds) {
        add(
            found,
            exchange,
            Confidence::High,
            format!("{} is open to everybody", exchange.path()),
            around(&exchange.body, mark),
        );
    }
}

/// What in the content tells it.
fn holds(exchange: &Exchange) -> Option<&'static str> {
    let marks = [
        "Apache Server Status",
        "Total Accesses:",
        "Active connections:",
        "Apache Server Information",
        "Statistics Report for HAProxy",
    ];
    marks.into_iter().find(|mark| exchange.body.contains(mark))
}
