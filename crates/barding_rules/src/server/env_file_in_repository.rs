//! `env-file-in-repository`: a file of secrets is not kept out of the repository.

use super::scopes::compose_services;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::servers::yaml::Node;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("env-file-in-repository"),
        title: "A file of secrets is not kept out of the repository",
        severity: Severity::High,
        tip: Tip::Secrets,
        cwe: &[538],
        django_checks: &[],
        consequence: "Everybody who gets the repository gets the secrets of the site.",
        advice: "Name the file in `.gitignore`, take it out of the repository, and change what stood in it.",
        since: "0.1.0",
        page: include_str!("env_file_in_repository.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for service in compose_services(project).iter().filter(|service| !service.for_development) {
        let Some(list) = service.node.get("env_file") else { continue };
        let one = std::iter::once(list);
        for node in one.chain(list.items()) {
            let Some(path) = node.text().or_else(|| node.get("path").and_then(Node::text)) else { continue };
            let path = path.trim_start_matches("./");
            // The audit reads what `.gitignore` leaves: a file that it sees is not ignored.
            let seen = project
                .servers
                .env_files
                .iter()
                .find(|(folder_path, _)| folder_path.as_str().ends_with(path) && !path.is_empty());
            if let Some((seen, true)) = seen.map(|(path, secret)| (path, *secret)) {
                found.at(
                    node.span,
                    Confidence::Medium,
                    format!("`{seen}` is read here, and nothing keeps it out of the repository"),
                );
            }
        }
    }
}
