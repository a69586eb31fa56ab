//! `pod-migrates-as-site`: a pod migrates with the secrets of the site.

use super::scopes::pods;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::servers::yaml::Node;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("pod-migrates-as-site"),
        title: "A pod migrates with the secrets of the site",
        severity: Severity::Low,
        tip: Tip::DatabaseRoles,
        cwe: &[250],
        django_checks: &[],
        consequence: "The role of the site needs the right to change and drop tables.",
        advice: "Migrate in a Job of its own, with the secret of another role; `barding generate database-roles` writes both.",
        since: "0.1.0",
        page: include_str!("pod_migrates_as_site.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for pod in pods(project) {
        let site: Vec<String> = pod.containers().iter().flat_map(sources).collect();
        for first in pod.spec.get("initContainers").map(Node::items).unwrap_or_default() {
            let words = ["command", "args"].iter().filter_map(|key| first.get(key)).flat_map(Node::items);
            let migrates = words
                .filter_map(Node::text)
                .any(|word| word.split_whitespace().any(|part| part == "migrate"));
            if migrates && sources(first).iter().any(|source| site.contains(source)) {
                found.at(
                    first.span,
                    Confidence::High,
                    "the container that migrates reads the secret that the site reads",
                );
            }
        }
    }
}

/// The secrets that a container reads: `envFrom` and `valueFrom`, by name and key.
fn sources(container: &Node) -> Vec<String> {
    let text = |node: Option<&Node>| node.and_then(Node::text).unwrap_or_default().to_owned();
    let whole = container.get("envFrom").map(Node::items).unwrap_or_default();
    let whole = whole.iter().filter_map(|item| item.get("secretRef")).map(|secret| text(secret.get("name")));
    let each = container.get("env").map(Node::items).unwrap_or_default();
    let each = each
        .iter()
        .filter_map(|item| item.at(&["valueFrom", "secretKeyRef"]))
        .map(|secret| format!("{} {}", text(secret.get("name")), text(secret.get("key"))));
    whole.chain(each).filter(|name| !name.trim().is_empty()).collect()
}
