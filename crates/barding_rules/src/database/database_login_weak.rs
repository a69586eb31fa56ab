//! `database-login-weak`: the database login can be replayed or cracked.

use super::place;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::database::{DatabaseLook, Login};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("database-login-weak"),
        title: "The database login can be replayed or cracked",
        severity: Severity::Medium,
        tip: Tip::DatabaseRoles,
        cwe: &[916, 319],
        django_checks: &[],
        consequence: "Whoever listens, or reads the server's table of users, has the password or what serves as one.",
        advice: "PostgreSQL: `password_encryption = scram-sha-256`, set the passwords anew, and `scram-sha-256` in `pg_hba.conf`. MySQL: `caching_sha2_password`; MariaDB: `ed25519` or `parsec`.",
        since: "0.1.0",
        page: include_str!("database_login_weak.md"),
    },
    check: Check::Database(check),
};

fn check(seen: &DatabaseLook, found: &mut Findings<'_>) {
    let Some(connection) = &seen.connection else { return };
    match &connection.login {
        Login::Cleartext => {
            let severity = if connection.tls.is_some() { Severity::Medium } else { Severity::High };
            let message = format!("The server asks `{}` for the password in clear", seen.role);
            found.add(place(seen), Confidence::High, message).severity(severity);
        }
        Login::WeakDigest(method) => {
            let message = format!("The server checks the password of `{}` with {method}", seen.role);
            // MariaDB has no better default for passwords yet.
            let severity = if method == "md5" { Severity::Medium } else { Severity::Low };
            found.add(place(seen), Confidence::High, message).severity(severity);
        }
        Login::Nothing | Login::Strong(_) => {}
    }
}
