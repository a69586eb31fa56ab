//! `service-does-not-wait`: a service migrates a database that may not be up.

use super::scopes::compose_services;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::servers::yaml::Node;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("service-does-not-wait"),
        title: "A service migrates a database that may not be up",
        severity: Severity::Info,
        tip: Tip::DatabaseRoles,
        cwe: &[362],
        django_checks: &[],
        consequence: "The first start fails or runs twice, and people then let it start again and again.",
        advice: "Give the database a `healthcheck:` and wait for `condition: service_healthy`.",
        since: "0.1.0",
        page: include_str!("service_does_not_wait.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for service in compose_services(project).iter().filter(|service| !service.for_development) {
        let Some(command) = service.node.get("command") else { continue };
        let words = match command.text() {
            Some(text) => text.to_owned(),
            None => command.items().iter().filter_map(Node::text).collect::<Vec<_>>().join(" "),
        };
        let Some(waits) = service.node.get("depends_on") else { continue };
        // A list only orders the starts; the conditions of a mapping wait.
        if words.contains("manage.py migrate") && !waits.items().is_empty() && !words.contains("wait") {
            found.at(
                waits.span,
                Confidence::Medium,
                format!("service `{}` migrates without waiting", service.name),
            );
        }
    }
}
