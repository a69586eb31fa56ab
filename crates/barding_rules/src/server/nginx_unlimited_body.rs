//! `nginx-unlimited-body`: nginx accepts requests of any size.

use super::scopes::nginx_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-unlimited-body"),
        title: "nginx accepts requests of any size",
        severity: Severity::Medium,
        tip: Tip::Uploads,
        cwe: &[770],
        django_checks: &[],
        consequence: "Uploads fill the disk or the memory.",
        advice: "Set `client_max_body_size` to what the largest form needs.",
        since: "0.1.0",
        page: include_str!("nginx_unlimited_body.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        file.walk(&mut |directive, _| {
            if directive.name == "client_max_body_size" && directive.argument(0) == "0" {
                found.at(directive.span, Confidence::High, "nginx accepts request bodies of any size");
            }
        });
    }
}
