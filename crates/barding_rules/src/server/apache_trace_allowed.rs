//! `apache-trace-allowed`: Apache echoes requests.

use super::scopes::apache_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("apache-trace-allowed"),
        title: "Apache echoes requests",
        severity: Severity::Low,
        tip: Tip::LiveSettings,
        cwe: &[16],
        django_checks: &[],
        consequence: "TRACE sends back what arrived, with headers that a proxy on the way added.",
        advice: "`TraceEnable Off`.",
        since: "0.1.0",
        page: include_str!("apache_trace_allowed.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in apache_files(project) {
        file.walk(&mut |directive, _| {
            if directive.name.eq_ignore_ascii_case("TraceEnable")
                && !directive.argument(0).eq_ignore_ascii_case("off")
            {
                found.at(directive.span, Confidence::High, "TRACE is answered");
            }
        });
    }
}
