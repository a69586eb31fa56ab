//! `database-server-lax`: the database server is set up laxly.

use super::{global_grants, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::database::DatabaseLook;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("database-server-lax"),
        title: "The database server is set up laxly",
        severity: Severity::Medium,
        tip: Tip::DatabaseRoles,
        cwe: &[16],
        django_checks: &[],
        consequence: "The next password is stored weakly, clients may be asked for their files, or files of the server may be written anywhere.",
        advice: "PostgreSQL: `password_encryption = scram-sha-256`. MySQL: `local_infile = 0`, `secure_file_priv = NULL`, `require_secure_transport = ON`.",
        since: "0.1.0",
        page: include_str!("database_server_lax.md"),
    },
    check: Check::Database(check),
};

fn check(seen: &DatabaseLook, found: &mut Findings<'_>) {
    let setting = |name: &str| {
        let own = seen.postgres.as_ref().and_then(|role| role.settings.get(name));
        own.or_else(|| seen.mysql.as_ref().and_then(|role| role.variables.get(name))).map(String::as_str)
    };
    if let Some(method) =
        setting("password_encryption").filter(|method| matches!(*method, "md5" | "on" | "off"))
    {
        let message = format!("{} stores new passwords with `password_encryption = {method}`", seen.name);
        found.add(place(seen), Confidence::High, message);
    }
    if setting("local_infile").is_some_and(|value| matches!(value, "ON" | "1")) {
        let message = format!("{} allows LOAD DATA LOCAL: it may ask clients for their files", seen.name);
        found.add(place(seen), Confidence::High, message).severity(Severity::Low);
    }
    if setting("secure_file_priv") == Some("") && global_grants(seen).next().is_some() {
        let reaches = global_grants(seen).any(|grant| {
            grant.privileges.iter().any(|name| matches!(name.as_str(), "FILE" | "ALL PRIVILEGES"))
        });
        if reaches {
            let message =
                format!("`secure_file_priv` of {} is empty, and `{}` may use files", seen.name, seen.role);
            found.add(place(seen), Confidence::High, message).severity(Severity::High);
        }
    }
}
