//! `application-is-database-superuser`: the application enters the database as its superuser.

use super::scopes::compose_services;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("application-is-database-superuser"),
        title: "The application enters the database as its superuser",
        severity: Severity::High,
        tip: Tip::DatabaseRoles,
        cwe: &[250],
        django_checks: &[],
        consequence: "One SQL injection reads files of the server and runs programs on it: `COPY … TO PROGRAM`.",
        advice: "Create a role for the site in an init script; `barding generate database-roles` writes it.",
        since: "0.1.0",
        page: include_str!("application_is_database_superuser.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    let services = compose_services(project);
    for database in services.iter().filter(|service| service.image().contains("postg")) {
        let environment = database.environment();
        let Some((_, Some(superuser), _)) = environment.iter().find(|(name, _, _)| name == "POSTGRES_USER")
        else {
            continue;
        };
        for service in services.iter().filter(|service| service.file == database.file && service.builds()) {
            for (name, value, place) in service.environment() {
                let Some(value) = value else { continue };
                let is_user = ["DB_USER", "DATABASE_USER", "POSTGRES_USER", "PGUSER", "SQL_USER"]
                    .into_iter()
                    .any(|end| name.ends_with(end));
                let in_url = name.ends_with("DATABASE_URL") && value.contains(&format!("://{superuser}:"));
                if (is_user && value == *superuser) || in_url {
                    let (severity, confidence) = service.weight(Severity::High, Confidence::Medium);
                    let message = format!(
                        "service `{}` enters `{}` as `{superuser}`, which POSTGRES_USER makes a superuser",
                        service.name, database.name
                    );
                    found.at(place, confidence, message).severity(severity);
                }
            }
        }
    }
}
