//! `database-role-enters-other-databases`: the web role enters other databases.

use super::{listed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::database::DatabaseLook;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("database-role-enters-other-databases"),
        title: "The web role enters other databases",
        severity: Severity::Medium,
        tip: Tip::DatabaseRoles,
        cwe: &[250, 668],
        django_checks: &[],
        consequence: "A hole in this site is a foothold in its neighbours.",
        advice: "`REVOKE CONNECT ON DATABASE other FROM PUBLIC` (PostgreSQL lets everybody connect by default); in MySQL grant on this database only and drop the `test` databases.",
        since: "0.1.0",
        page: include_str!("database_role_enters_other_databases.md"),
    },
    check: Check::Database(check),
};

fn check(seen: &DatabaseLook, found: &mut Findings<'_>) {
    if seen.postgres.as_ref().is_some_and(|role| role.superuser) {
        return;
    }
    let others = seen.postgres.iter().flat_map(|role| &role.other_databases);
    let others: Vec<&String> =
        others.chain(seen.mysql.iter().flat_map(|role| &role.other_databases)).collect();
    if others.is_empty() {
        return;
    }
    // The server's own maintenance database and the test databases of fresh servers hold nothing.
    let empty = others.iter().all(|name| matches!(name.as_str(), "postgres" | "test" | "defaultdb"));
    let message = format!("The role `{}` may connect to {}", seen.role, listed(&others));
    found.add(place(seen), Confidence::High, message).severity(if empty {
        Severity::Low
    } else {
        Severity::Medium
    });
}
