//! `database-server-unverified`: the database's certificate is not verified.

use crate::ask::{any_entry, ask, ask_at};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("database-server-unverified"),
        title: "The database's certificate is not verified",
        severity: Severity::Low,
        tip: Tip::DatabaseRoles,
        cwe: &[295],
        django_checks: &[],
        consequence: "The line is encrypted, but nobody checks who is at its other end.",
        advice: "Set `sslmode` to `verify-full` and `sslrootcert` to the certificate of the authority.",
        since: "0.1.0",
        page: include_str!("database_server_unverified.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let unverified = |_: &str, database: &Value| {
        let require =
            ask_at(database, &["OPTIONS", "sslmode"], Truth::No, &|mode| mode.equals_text("require"));
        require.and(!ask_at(database, &["OPTIONS", "sslrootcert"], Truth::No, &Value::truthiness))
    };
    let answer =
        ask(settings, |on| on.ask("DATABASES", Truth::No, |databases| any_entry(databases, unverified)));
    answer.report(
        found,
        settings,
        "DATABASES",
        "encrypts the connection to its database without verifying the server",
        &[],
    );
}
