//! `database-role-reaches-files`: the web role reaches files or programs of the server.

use super::{global_grants, listed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::database::DatabaseLook;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("database-role-reaches-files"),
        title: "The web role reaches files or programs of the server",
        severity: Severity::Critical,
        tip: Tip::DatabaseRoles,
        cwe: &[250, 73],
        django_checks: &[],
        consequence: "An SQL injection reads the server's files or runs programs there.",
        advice: "Revoke it: `REVOKE pg_execute_server_program, pg_read_server_files, pg_write_server_files FROM role`; in MySQL `REVOKE FILE ON *.* FROM account` and `secure_file_priv = NULL`.",
        since: "0.1.0",
        page: include_str!("database_role_reaches_files.md"),
    },
    check: Check::Database(check),
};

fn check(seen: &DatabaseLook, found: &mut Findings<'_>) {
    let mut ways: Vec<&str> = Vec::new();
    if let Some(role) = seen.postgres.as_ref().filter(|role| !role.superuser) {
        ways.extend(role.predefined.iter().map(String::as_str).filter(|name| {
            matches!(*name, "pg_execute_server_program" | "pg_read_server_files" | "pg_write_server_files")
        }));
        ways.extend(role.untrusted_languages.iter().map(String::as_str));
    }
    if global_grants(seen).any(|grant| grant.privileges.iter().any(|name| name == "FILE")) {
        ways.push("FILE");
    }
    if !ways.is_empty() {
        let message = format!("The role `{}` has {}", seen.role, listed(&ways));
        found.add(place(seen), Confidence::High, message);
    }
}
