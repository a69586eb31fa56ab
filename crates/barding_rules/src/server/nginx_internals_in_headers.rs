//! `nginx-internals-in-headers`: answers tell internal addresses.

use super::scopes::nginx_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-internals-in-headers"),
        title: "Answers tell internal addresses",
        severity: Severity::Low,
        tip: Tip::LiveSettings,
        cwe: &[497],
        django_checks: &[],
        consequence: "Visitors learn the addresses and names of the machines behind nginx.",
        advice: "Drop the header, or write the value to the log.",
        since: "0.1.0",
        page: include_str!("nginx_internals_in_headers.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        file.walk(&mut |directive, _| {
            let tells = [
                "$upstream_addr",
                "$server_addr",
                "$hostname",
                "${upstream_addr}",
                "${server_addr}",
                "${hostname}",
            ];
            if directive.name == "add_header"
                && let Some(variable) = tells.iter().find(|name| directive.argument(1).contains(**name))
            {
                let message = format!("{} tells `{variable}` to visitors", directive.argument(0));
                found.at(directive.span, Confidence::High, message);
            }
        });
    }
}
