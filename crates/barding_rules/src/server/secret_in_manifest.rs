//! `secret-in-manifest`: a secret stands in a Kubernetes manifest.

use super::scopes::deployed;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::servers::yaml::Node;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("secret-in-manifest"),
        title: "A secret stands in a Kubernetes manifest",
        severity: Severity::High,
        tip: Tip::Secrets,
        cwe: &[798],
        django_checks: &[],
        consequence: "Everybody who may read the repository or the cluster's pods has it.",
        advice: "Take it from a Secret with `secretKeyRef`, and keep the Secret sealed or outside the repository.",
        since: "0.1.0",
        page: include_str!("secret_in_manifest.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in project.servers.kubernetes.iter().filter(|file| deployed(&file.file)) {
        for document in &file.documents {
            look(document, 0, found);
            if document.get("kind").and_then(Node::text) == Some("ConfigMap") {
                for (key, value) in document.get("data").map(Node::pairs).unwrap_or_default() {
                    judge(key.text(), value, found);
                }
            }
        }
    }
}

fn look(node: &Node, depth: usize, found: &mut Findings<'_>) {
    if depth > 30 {
        return;
    }
    for (key, value) in node.pairs() {
        if key.text() == Some("env") {
            for variable in value.items() {
                if let Some(given) = variable.get("value") {
                    judge(variable.get("name").and_then(Node::text), given, found);
                }
            }
        }
        look(value, depth + 1, found);
    }
    node.items().iter().for_each(|item| look(item, depth + 1, found));
}

fn judge(name: Option<&str>, value: &Node, found: &mut Findings<'_>) {
    let (Some(name), Some(text)) = (name, value.text()) else { return };
    let upper = name.to_ascii_uppercase();
    let is_secret =
        ["SECRET_KEY", "PASSWORD", "TOKEN", "API_KEY", "PRIVATE_KEY"].iter().any(|end| upper.ends_with(end));
    let is_filled_in = text.len() < 4 || text.contains(['$', '{', '<', ' ']);
    let lower = text.to_ascii_lowercase();
    let is_placeholder =
        ["change", "your", "xxx", "example", "replace", "..."].iter().any(|word| lower.contains(word));
    if is_secret && !is_filled_in && !is_placeholder {
        found.at(value.span, Confidence::High, format!("{name} is written in the manifest"));
    }
}
