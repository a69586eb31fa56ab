//! `database-role-has-extra-privileges`: the web role has privileges that no request needs.

use super::{count, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::database::DatabaseLook;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("database-role-has-extra-privileges"),
        title: "The web role has privileges that no request needs",
        severity: Severity::Medium,
        tip: Tip::DatabaseRoles,
        cwe: &[250],
        django_checks: &[],
        consequence: "TRUNCATE empties tables past triggers and row counts; TRIGGER and REFERENCES change what others' statements do; a grant option spreads rights.",
        advice: "Grant SELECT, INSERT, UPDATE, DELETE and nothing else; `GRANT ALL` gives these too.",
        since: "0.1.0",
        page: include_str!("database_role_has_extra_privileges.md"),
    },
    check: Check::Database(check),
};

fn check(seen: &DatabaseLook, found: &mut Findings<'_>) {
    if let Some(role) = seen.postgres.as_ref().filter(|role| !role.superuser && role.owned.is_empty()) {
        if let Some(first) = role.truncates.first() {
            let message = format!(
                "The role `{}` may TRUNCATE {} tables, {first} among them",
                seen.role,
                count(role.truncates.len())
            );
            found.add(place(seen), Confidence::High, message);
        } else if let Some(first) = role.extra.first() {
            let message = format!(
                "The role `{}` has REFERENCES, TRIGGER or a grant option on {} tables, {first} among them",
                seen.role,
                count(role.extra.len())
            );
            found.add(place(seen), Confidence::High, message);
        }
        if role.ignored_row_security > 0 {
            let message = format!(
                "The role `{}` passes by the row security of {} tables",
                seen.role, role.ignored_row_security
            );
            found.add(place(seen), Confidence::High, message);
        }
    }
    for grant in seen
        .mysql
        .iter()
        .flat_map(|role| &role.grants)
        .filter(|grant| grant.on != "*.*" && grant.grant_option)
    {
        let message = format!("The account `{}` may pass on its rights on {}", seen.role, grant.on);
        found.add(place(seen), Confidence::High, message);
    }
}
