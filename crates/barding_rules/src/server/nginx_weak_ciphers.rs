//! `nginx-weak-ciphers`: nginx offers weak ciphers.

use super::scopes::{nginx_files, weak_ciphers};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-weak-ciphers"),
        title: "nginx offers weak ciphers",
        severity: Severity::High,
        tip: Tip::Certificate,
        cwe: &[327],
        django_checks: &[],
        consequence: "Traffic under these suites can be read or changed with known attacks.",
        advice: "Take the suites of Mozilla's intermediate profile.",
        since: "0.1.0",
        page: include_str!("nginx_weak_ciphers.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        file.walk(&mut |directive, _| {
            let weak = weak_ciphers(directive.argument(0));
            if directive.name == "ssl_ciphers" && !weak.is_empty() {
                found.at(directive.span, Confidence::High, format!("nginx offers {}", weak.join(", ")));
            }
        });
    }
}
