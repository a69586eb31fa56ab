//! `database-role-administers`: the web role administers the server.

use super::{global_grants, is_harmless_globally, listed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::database::DatabaseLook;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("database-role-administers"),
        title: "The web role administers the server",
        severity: Severity::Critical,
        tip: Tip::DatabaseRoles,
        cwe: &[250, 269],
        django_checks: &[],
        consequence: "One SQL injection or one stolen password hands over every database of the server, and often the machine.",
        advice: "Let the site log in as a role without attributes; `barding generate database-roles` writes it. Owners and administrators migrate, they do not serve.",
        since: "0.1.0",
        page: include_str!("database_role_administers.md"),
    },
    check: Check::Database(check),
};

fn check(seen: &DatabaseLook, found: &mut Findings<'_>) {
    let mut powers: Vec<&str> = Vec::new();
    if let Some(role) = &seen.postgres {
        let attributes = [
            (role.superuser, "SUPERUSER"),
            (role.createrole, "CREATEROLE"),
            (role.replication, "REPLICATION"),
            (role.bypassrls, "BYPASSRLS"),
            (role.createdb, "CREATEDB"),
        ];
        powers.extend(attributes.iter().filter(|(has, _)| *has).map(|(_, name)| *name));
    }
    for grant in global_grants(seen) {
        powers.extend(grant.privileges.iter().map(String::as_str).filter(|name| !is_harmless_globally(name)));
    }
    if powers.is_empty() {
        return;
    }
    // Creating databases alone gives no look into the others.
    let severity = if powers == ["CREATEDB"] { Severity::High } else { Severity::Critical };
    let message = format!("The role `{}` has {}", seen.role, listed(&powers));
    found.add(place(seen), Confidence::High, message).severity(severity);
}
