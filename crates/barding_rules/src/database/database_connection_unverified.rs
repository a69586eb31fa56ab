//! `database-connection-unverified`: the database's certificate is not checked.

use super::place;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::database::{DatabaseLook, Way};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("database-connection-unverified"),
        title: "The database's certificate is not checked",
        severity: Severity::Medium,
        tip: Tip::DatabaseRoles,
        cwe: &[295],
        django_checks: &[],
        consequence: "Whoever can redirect the connection poses as the database: it gets the login and every query.",
        advice: "Set `sslmode=verify-full` and `sslrootcert` in OPTIONS (MySQL: `ssl_mode=VERIFY_IDENTITY` and `ssl: {ca: …}`).",
        since: "0.1.0",
        page: include_str!("database_connection_unverified.md"),
    },
    check: Check::Database(check),
};

fn check(seen: &DatabaseLook, found: &mut Findings<'_>) {
    let Some(connection) = &seen.connection else { return };
    if connection.tls.is_none()
        || connection.project_verifies
        || !matches!(connection.way, Way::Private | Way::Public)
    {
        return;
    }
    let would = match &connection.certificate_problem {
        Some(why) => format!("; with checking it would fail now: {why}"),
        None => String::new(),
    };
    let message = format!("The project's connection to {} does not check its certificate{would}", seen.name);
    found.add(place(seen), Confidence::High, message);
}
