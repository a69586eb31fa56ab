//! `live-database-exposed`: The database file is served.

use super::{add, exposed};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Exchange, Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-database-exposed"),
        title: "The database file is served",
        severity: Severity::Critical,
        tip: Tip::DatabaseRoles,
        cwe: &[538, 530],
        django_checks: &[],
        consequence: "Every table can be downloaded, users and password hashes among them.",
        advice: "Move the file out of every folder that is served; better, use PostgreSQL.",
        since: "0.1.0",
        page: include_str!("live_database_exposed.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    for (exchange, mark) in exposed(site, found, Purpose::Exposure, &[], holds) {
        add(
            found,
            exchange,
            Confidence::High,
            format!("{} is an SQLite database and is served", exchange.path()),
            format!("the file begins with `{mark}`"),
        );
    }
}

/// What in the content tells it.
fn holds(exchange: &Exchange) -> Option<&'static str> {
    exchange.body.starts_with("SQLite format 3").then_some("SQLite format 3")
}
