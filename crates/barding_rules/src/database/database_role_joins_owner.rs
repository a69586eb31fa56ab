//! `database-role-joins-owner`: the web role is a member of an owner.

use super::{listed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::database::DatabaseLook;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("database-role-joins-owner"),
        title: "The web role is a member of an owner",
        severity: Severity::High,
        tip: Tip::DatabaseRoles,
        cwe: &[250],
        django_checks: &[],
        consequence: "One `SET ROLE` in an injected statement, and the session owns every table.",
        advice: "Revoke the membership: `REVOKE owner FROM web`. Only the migration role may become the owner.",
        since: "0.1.0",
        page: include_str!("database_role_joins_owner.md"),
    },
    check: Check::Database(check),
};

fn check(seen: &DatabaseLook, found: &mut Findings<'_>) {
    let Some(role) = seen.postgres.as_ref().filter(|role| !role.superuser) else { return };
    if !role.member_of_owners.is_empty() {
        let message = format!("The role `{}` is a member of {}", seen.role, listed(&role.member_of_owners));
        found.add(place(seen), Confidence::High, message);
    }
    let strong: Vec<&str> = role
        .predefined
        .iter()
        .map(String::as_str)
        .filter(|name| {
            matches!(
                *name,
                "pg_write_all_data"
                    | "pg_read_all_data"
                    | "pg_signal_backend"
                    | "pg_create_subscription"
                    | "pg_maintain"
            )
        })
        .collect();
    if !strong.is_empty() {
        let message = format!("The role `{}` is a member of {}", seen.role, listed(&strong));
        found.add(place(seen), Confidence::High, message);
    }
}
