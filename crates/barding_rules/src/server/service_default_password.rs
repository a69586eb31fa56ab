//! `service-default-password`: a service has a password that everybody guesses.

use super::scopes::compose_services;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("service-default-password"),
        title: "A service has a password that everybody guesses",
        severity: Severity::High,
        tip: Tip::DatabaseRoles,
        cwe: &[1392, 798],
        django_checks: &[],
        consequence: "The first password an attacker tries opens it.",
        advice: "Take the password from a secret outside the repository.",
        since: "0.1.0",
        page: include_str!("service_default_password.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    const GUESSED: &[&str] = &[
        "postgres",
        "password",
        "changeme",
        "change_me",
        "admin",
        "root",
        "secret",
        "django",
        "test",
        "123456",
        "guest",
        "minioadmin",
        "rabbitmq",
        "mysql",
        "example",
        "default",
        "user",
        "pass",
        "passwd",
        "1234",
        "12345678",
        "qwerty",
    ];
    for service in compose_services(project) {
        for (name, value, place) in service.environment() {
            let (upper, Some(value)) = (name.to_ascii_uppercase(), value) else { continue };
            let names_password = upper.ends_with("PASSWORD") || upper.ends_with("_PASS");
            let value = fallback(&value);
            if names_password && GUESSED.contains(&value.to_ascii_lowercase().as_str()) {
                let (severity, confidence) = service.weight(Severity::High, Confidence::High);
                found
                    .at(
                        place,
                        confidence,
                        format!("service `{}` gets a well-known password in `{name}`", service.name),
                    )
                    .severity(severity);
            }
        }
    }
}

/// What `${NAME:-fallback}` falls back to; other values as they are.
fn fallback(value: &str) -> String {
    let inside = value.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    match inside.and_then(|inside| inside.split_once(":-").or(inside.split_once('-'))) {
        Some((_, fallback)) => fallback.to_owned(),
        None => value.to_owned(),
    }
}
