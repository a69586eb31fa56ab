//! `pod-privileged`: a pod may take its node over.

use super::scopes::deployed;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::servers::yaml::Node;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("pod-privileged"),
        title: "A pod may take its node over",
        severity: Severity::High,
        tip: Tip::Firewall,
        cwe: &[250],
        django_checks: &[],
        consequence: "Whoever runs code in the container reaches the node and its other pods.",
        advice: "`runAsNonRoot: true`, `allowPrivilegeEscalation: false`, `capabilities: {drop: [ALL]}`, and no host namespaces or paths.",
        since: "0.1.0",
        page: include_str!("pod_privileged.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in project.servers.kubernetes.iter().filter(|file| deployed(&file.file)) {
        for document in &file.documents {
            look(document, 0, found);
        }
    }
}

fn look(node: &Node, depth: usize, found: &mut Findings<'_>) {
    if depth > 30 {
        return;
    }
    for (key, value) in node.pairs() {
        let what = match (key.text().unwrap_or_default(), value.text().unwrap_or_default()) {
            ("privileged", "true") => Some("runs privileged"),
            ("runAsUser", "0") => Some("runs as root by its own word"),
            ("allowPrivilegeEscalation", "true") => Some("may gain privileges"),
            ("hostNetwork" | "hostPID" | "hostIPC", "true") => Some("shares a namespace of the node"),
            ("path", path) if path.ends_with("docker.sock") || path.ends_with("containerd.sock") => {
                Some("holds the socket of the container runtime")
            }
            _ => None,
        };
        if let Some(what) = what {
            found.at(key.span, Confidence::High, format!("The pod {what}"));
        }
        look(value, depth + 1, found);
    }
    node.items().iter().for_each(|item| look(item, depth + 1, found));
}
