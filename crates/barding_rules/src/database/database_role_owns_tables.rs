//! `database-role-owns-tables`: the web role owns tables.

use super::place;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::database::DatabaseLook;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("database-role-owns-tables"),
        title: "The web role owns tables",
        severity: Severity::High,
        tip: Tip::DatabaseRoles,
        cwe: &[250],
        django_checks: &[],
        consequence: "An owner may drop and alter its tables whatever is granted: one SQL injection deletes or rewrites them.",
        advice: "Give the tables to a role that only migrations use (`REASSIGN OWNED BY web TO owner`) and grant the web role SELECT, INSERT, UPDATE, DELETE.",
        since: "0.1.0",
        page: include_str!("database_role_owns_tables.md"),
    },
    check: Check::Database(check),
};

fn check(seen: &DatabaseLook, found: &mut Findings<'_>) {
    let Some(role) = seen.postgres.as_ref().filter(|role| !role.superuser) else { return };
    if let [first, rest @ ..] = &role.owned[..] {
        let more = match rest.len() {
            0 => String::new(),
            19 => " and many more".to_owned(),
            more => format!(" and {more} more"),
        };
        let message = format!("The role `{}` owns {first}{more}", seen.role);
        found.add(place(seen), Confidence::High, message);
    }
}
