//! `pod-not-confined`: nothing bounds what a container of a pod may take and change.

use super::scopes::pods;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("pod-not-confined"),
        title: "Nothing bounds what a container of a pod may take and change",
        severity: Severity::Low,
        tip: Tip::LiveSettings,
        cwe: &[770],
        django_checks: &[],
        consequence: "One process that runs wild takes the node with it, and one that is broken into changes the files of the image.",
        advice: "Set `resources.limits` and `securityContext.readOnlyRootFilesystem: true`.",
        since: "0.1.0",
        page: include_str!("pod_not_confined.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for pod in pods(project).into_iter().filter(|pod| pod.serves()) {
        for container in pod.containers() {
            let limits = container.at(&["resources", "limits"]).is_some();
            let read_only =
                container.at(&["securityContext", "readOnlyRootFilesystem"]).and_then(|node| node.text());
            let missing = match (limits, read_only == Some("true")) {
                (true, true) => continue,
                (false, true) => "no limit of memory and processor",
                (true, false) => "a file system that may be written",
                (false, false) => "no limits, and a file system that may be written",
            };
            found.at(container.span, Confidence::High, format!("the container has {missing}"));
        }
    }
}
