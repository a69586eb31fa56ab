//! `database-login-without-password`: the database asks for no password.

use super::place;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::database::{DatabaseLook, Login, Way};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("database-login-without-password"),
        title: "The database asks for no password",
        severity: Severity::Critical,
        tip: Tip::DatabaseRoles,
        cwe: &[306, 287],
        django_checks: &[],
        consequence: "Whoever reaches the server is the site: it reads and writes everything.",
        advice: "PostgreSQL: `scram-sha-256` instead of `trust` in `pg_hba.conf`, and no POSTGRES_HOST_AUTH_METHOD. MySQL: `ALTER USER … IDENTIFIED BY …`.",
        since: "0.1.0",
        page: include_str!("database_login_without_password.md"),
    },
    check: Check::Database(check),
};

fn check(seen: &DatabaseLook, found: &mut Findings<'_>) {
    let Some(connection) = &seen.connection else { return };
    if connection.login != Login::Nothing {
        return;
    }
    let (severity, confidence, from) = match connection.way {
        // `peer` looks the same from here: the server knows our user from the operating system.
        Way::Socket if !connection.password_given => return,
        Way::Socket => (Severity::Low, Confidence::Low, "over the socket, for this user of the system"),
        Way::Loopback => (Severity::High, Confidence::High, "over the loopback"),
        Way::Private | Way::Public => (Severity::Critical, Confidence::High, "over the network"),
    };
    let message = format!("The server let `{}` in {from} without asking for a password", seen.role);
    found.add(place(seen), confidence, message).severity(severity);
}
