//! `database-connection-in-clear`: the connection to the database is not encrypted.

use super::place;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::database::{DatabaseLook, Way};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("database-connection-in-clear"),
        title: "The connection to the database is not encrypted",
        severity: Severity::High,
        tip: Tip::DatabaseRoles,
        cwe: &[319],
        django_checks: &[],
        consequence: "Whoever is on the way reads and changes every row, and sessions and hashes with them.",
        advice: "Switch TLS on at the server, set `sslmode=verify-full` (MySQL: `ssl_mode=VERIFY_IDENTITY`) with the authority's file in OPTIONS, and let the server insist: `hostssl` or `REQUIRE SSL`.",
        since: "0.1.0",
        page: include_str!("database_connection_in_clear.md"),
    },
    check: Check::Database(check),
};

fn check(seen: &DatabaseLook, found: &mut Findings<'_>) {
    let Some(connection) = &seen.connection else { return };
    if connection.tls.is_none() && matches!(connection.way, Way::Private | Way::Public) {
        let severity = if connection.way == Way::Public { Severity::Critical } else { Severity::High };
        let message = format!("{} is reached over the network without TLS", seen.name);
        found.add(place(seen), Confidence::High, message).severity(severity);
    }
}
