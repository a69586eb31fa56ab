//! `service-without-password`: a service of the deployment asks for no password.

use super::scopes::compose_services;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("service-without-password"),
        title: "A service of the deployment asks for no password",
        severity: Severity::Critical,
        tip: Tip::DatabaseRoles,
        cwe: &[306, 258],
        django_checks: &[],
        consequence: "Whoever reaches its port owns the data.",
        advice: "Give it a password from a secret, and let only the application reach it.",
        since: "0.1.0",
        page: include_str!("service_without_password.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for service in compose_services(project) {
        for (name, value, place) in service.environment() {
            let value = value.unwrap_or_default().to_ascii_lowercase();
            let on = matches!(value.as_str(), "yes" | "true" | "1" | "on");
            let open = match name.as_str() {
                "POSTGRES_HOST_AUTH_METHOD" => value == "trust",
                "POSTGRES_INITDB_ARGS" => {
                    value.contains("--auth=trust") || value.contains("--auth-host=trust")
                }
                "MYSQL_ALLOW_EMPTY_PASSWORD"
                | "MARIADB_ALLOW_EMPTY_ROOT_PASSWORD"
                | "ALLOW_EMPTY_PASSWORD" => on,
                "xpack.security.enabled" | "plugins.security.disabled" => {
                    value == if name.starts_with('x') { "false" } else { "true" }
                }
                _ => false,
            };
            if open {
                let (severity, confidence) = service.weight(Severity::Critical, Confidence::High);
                found
                    .at(
                        place,
                        confidence,
                        format!("service `{}` asks for no password: `{name}`", service.name),
                    )
                    .severity(severity);
            }
        }
    }
}
