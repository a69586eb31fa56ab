//! `nginx-errors-not-logged`: nginx writes no error log.

use super::scopes::nginx_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-errors-not-logged"),
        title: "nginx writes no error log",
        severity: Severity::Low,
        tip: Tip::LogPrivacy,
        cwe: &[778],
        django_checks: &[],
        consequence: "Nobody sees attacks and failures, neither while they happen nor afterwards.",
        advice: "Give `error_log` a file and a level: `error_log /var/log/nginx/error.log warn;`.",
        since: "0.1.0",
        page: include_str!("nginx_errors_not_logged.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        file.walk(&mut |directive, _| {
            if directive.name == "error_log" && matches!(directive.argument(0), "off" | "/dev/null") {
                let message = match directive.argument(0) {
                    "off" => "`error_log off` writes to a file named off",
                    _ => "`error_log` goes to /dev/null",
                };
                found.at(directive.span, Confidence::High, message);
            }
        });
    }
}
