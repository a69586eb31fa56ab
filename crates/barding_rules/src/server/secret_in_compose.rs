//! `secret-in-compose`: a secret stands in a compose file.

use super::scopes::{compose_services, is_written_secret};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("secret-in-compose"),
        title: "A secret stands in a compose file",
        severity: Severity::High,
        tip: Tip::Secrets,
        cwe: &[798],
        django_checks: &[],
        consequence: "Everybody who reads the repository has it, and so does everybody who may inspect the container.",
        advice: "Name a file outside the repository with `env_file:`, or use `secrets:` and a variable ending in `_FILE`.",
        since: "0.1.0",
        page: include_str!("secret_in_compose.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for service in compose_services(project).iter().filter(|service| !service.for_development) {
        for (name, value, place) in service.environment() {
            let Some(value) = value else { continue };
            if is_written_secret(&name, &value) {
                found.at(
                    place,
                    Confidence::Medium,
                    format!("service `{}` gets {name} from the file itself", service.name),
                );
            }
        }
    }
}
