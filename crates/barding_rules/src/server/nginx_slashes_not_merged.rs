//! `nginx-slashes-not-merged`: doubled slashes slip past the checks of paths.

use super::scopes::nginx_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-slashes-not-merged"),
        title: "Doubled slashes slip past the checks of paths",
        severity: Severity::Low,
        tip: Tip::AdminUrl,
        cwe: &[180],
        django_checks: &[],
        consequence: "`//admin/` is another path for nginx, yet the application may take it for the same.",
        advice: "Leave `merge_slashes` on.",
        since: "0.1.0",
        page: include_str!("nginx_slashes_not_merged.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        file.walk(&mut |directive, _| {
            if directive.name == "merge_slashes" && directive.argument(0) == "off" {
                found.at(directive.span, Confidence::High, "`merge_slashes off` lets `//` through");
            }
        });
    }
}
