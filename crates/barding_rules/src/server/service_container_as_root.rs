//! `service-container-as-root`: a service is started as root.

use super::scopes::compose_services;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::servers::yaml::Node;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("service-container-as-root"),
        title: "A service is started as root",
        severity: Severity::Medium,
        tip: Tip::LiveSettings,
        cwe: &[250],
        django_checks: &[],
        consequence: "Whoever breaks into the site is root in the container, and one kernel bug away from the machine.",
        advice: "Name another user: `user: \"10001:10001\"`, or `USER` in the image.",
        since: "0.1.0",
        page: include_str!("service_container_as_root.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for service in compose_services(project).iter().filter(|service| !service.for_development) {
        let user = service.node.get("user");
        if let Some(user) = user {
            let name = user.text().unwrap_or_default();
            if matches!(name.split(':').next(), Some("root" | "0")) {
                found.at(user.span, Confidence::High, format!("service `{}` names root", service.name));
            }
            continue;
        }
        let image = service.image();
        let runs_code = image == "python" || image.starts_with("python:");
        if let (true, Some(place)) = (runs_code, service.node.get("image")) {
            let command = service.node.get("command").and_then(Node::text).unwrap_or_default();
            if !command.contains("migrate") {
                found.at(
                    place.span,
                    Confidence::Medium,
                    format!("service `{}` runs `{image}`, which is root", service.name),
                );
            }
        }
    }
}
