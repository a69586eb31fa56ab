//! `database-role-changes-schema`: the web role changes tables.

use super::{listed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::database::DatabaseLook;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("database-role-changes-schema"),
        title: "The web role changes tables",
        severity: Severity::High,
        tip: Tip::DatabaseRoles,
        cwe: &[250],
        django_checks: &[],
        consequence: "An SQL injection creates, alters or drops tables instead of only reading and writing rows.",
        advice: "Revoke CREATE on schema and database (MySQL: CREATE, ALTER, DROP, INDEX, REFERENCES) from the web role, and migrate with another one: `barding generate database-roles`.",
        since: "0.1.0",
        page: include_str!("database_role_changes_schema.md"),
    },
    check: Check::Database(check),
};

fn check(seen: &DatabaseLook, found: &mut Findings<'_>) {
    if let Some(role) = seen.postgres.as_ref().filter(|role| !role.superuser) {
        let schemas = role.creates_in_schemas.iter().map(|name| format!("schema {name}"));
        let databases = role.creates_in_databases.iter().map(|name| format!("database {name}"));
        let places: Vec<String> = schemas.chain(databases).collect();
        if !places.is_empty() {
            let message = format!("The role `{}` may create in {}", seen.role, listed(&places));
            found.add(place(seen), Confidence::High, message);
        }
    }
    for grant in seen.mysql.iter().flat_map(|role| &role.grants).filter(|grant| grant.on != "*.*") {
        let changes = [
            "ALL PRIVILEGES",
            "CREATE",
            "ALTER",
            "DROP",
            "INDEX",
            "REFERENCES",
            "TRIGGER",
            "CREATE VIEW",
            "CREATE ROUTINE",
            "ALTER ROUTINE",
            "EVENT",
        ];
        let own: Vec<&str> =
            grant.privileges.iter().map(String::as_str).filter(|name| changes.contains(name)).collect();
        if !own.is_empty() {
            let message = format!("The account `{}` has {} on {}", seen.role, listed(&own), grant.on);
            found.add(place(seen), Confidence::High, message);
        }
    }
}
