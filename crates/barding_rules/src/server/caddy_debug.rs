//! `caddy-debug`: Caddy logs everything.

use super::scopes::caddy_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("caddy-debug"),
        title: "Caddy logs everything",
        severity: Severity::Low,
        tip: Tip::LiveSettings,
        cwe: &[489],
        django_checks: &[],
        consequence: "The log holds headers of requests, and with them sessions and tokens.",
        advice: "Take `debug` out of the global options.",
        since: "0.1.0",
        page: include_str!("caddy_debug.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in caddy_files(project) {
        for options in file.directives.iter().filter(|site| site.name.is_empty()) {
            for line in options.children("debug") {
                found.at(line.span, Confidence::High, "`debug` is on for every site");
            }
        }
    }
}
