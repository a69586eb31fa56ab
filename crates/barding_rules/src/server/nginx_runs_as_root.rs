//! `nginx-runs-as-root`: the workers of nginx run as root.

use super::scopes::nginx_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-runs-as-root"),
        title: "The workers of nginx run as root",
        severity: Severity::High,
        tip: Tip::Firewall,
        cwe: &[250],
        django_checks: &[],
        consequence: "A flaw in nginx, or in a file it serves, gives the whole machine away.",
        advice: "Name an account without rights: `user www-data;`.",
        since: "0.1.0",
        page: include_str!("nginx_runs_as_root.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        file.walk(&mut |directive, scope| {
            if directive.name == "user" && scope.is_empty() && directive.argument(0) == "root" {
                found.at(directive.span, Confidence::High, "`user root` lets the workers keep every right");
            }
        });
    }
}
