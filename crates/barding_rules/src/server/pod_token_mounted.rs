//! `pod-token-mounted`: the pod holds a token of the cluster.

use super::scopes::pods;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("pod-token-mounted"),
        title: "The pod holds a token of the cluster",
        severity: Severity::Low,
        tip: Tip::Secrets,
        cwe: &[250],
        django_checks: &[],
        consequence: "Whoever makes the site read a file, or ask an address, may speak to the cluster in its name.",
        advice: "Set `automountServiceAccountToken: false`.",
        since: "0.1.0",
        page: include_str!("pod_token_mounted.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for pod in pods(project).into_iter().filter(|pod| pod.serves()) {
        let says = pod.spec.get("automountServiceAccountToken").and_then(|node| node.text());
        if says != Some("false") {
            found.at(
                pod.place,
                Confidence::Medium,
                "the token of the service account is mounted, as it is by default",
            );
        }
    }
}
