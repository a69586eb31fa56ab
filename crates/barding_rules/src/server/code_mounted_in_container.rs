//! `code-mounted-in-container`: the folder of the project is mounted into the container.

use super::scopes::compose_services;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::servers::yaml::Node;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("code-mounted-in-container"),
        title: "The folder of the project is mounted into the container",
        severity: Severity::Medium,
        tip: Tip::LiveSettings,
        cwe: &[538],
        django_checks: &[],
        consequence: "The container holds `.git` and `.env`, and what breaks into it changes the code on the machine.",
        advice: "Copy the code into the image; mount only the folders that the site writes to.",
        since: "0.1.0",
        page: include_str!("code_mounted_in_container.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for service in compose_services(project).iter().filter(|service| !service.for_development) {
        if !service.builds() {
            continue;
        }
        for volume in service.node.get("volumes").map(Node::items).unwrap_or_default() {
            let text = volume.text().unwrap_or_default();
            let mut parts = text.split(':');
            let source = match volume.get("source").and_then(Node::text) {
                Some(source) => source,
                None => parts.next().unwrap_or_default(),
            };
            let target =
                volume.get("target").and_then(Node::text).or_else(|| parts.next()).unwrap_or_default();
            if matches!(source, "." | "./" | "${PWD}" | "$PWD") && target.starts_with('/') {
                // A compose file without a word in its name often serves developers.
                let sure = if service.serves_for_certain() { Confidence::High } else { Confidence::Low };
                found.at(
                    volume.span,
                    sure,
                    format!("service `{}` sees the whole folder at `{target}`", service.name),
                );
            }
        }
    }
}
