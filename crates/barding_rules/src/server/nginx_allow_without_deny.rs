//! `nginx-allow-without-deny`: addresses are allowed but none is denied.

use super::scopes::{includes_more, nginx_files};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-allow-without-deny"),
        title: "Addresses are allowed but none is denied",
        severity: Severity::High,
        tip: Tip::Firewall,
        cwe: &[284],
        django_checks: &[],
        consequence: "Everybody may enter; the list of allowed addresses does nothing.",
        advice: "End the list with `deny all;`.",
        since: "0.1.0",
        page: include_str!("nginx_allow_without_deny.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        file.walk(&mut |block, scope| {
            let allowed: Vec<_> =
                block.children("allow").filter(|allow| allow.argument(0) != "all").collect();
            let Some(first) = allowed.first() else { return };
            let mut inside = scope.clone();
            inside.push(block);
            let denies = block.children("deny").next().is_some();
            if !denies && !includes_more(&[block]) {
                found.at(first.span, Confidence::High, "addresses are allowed here, but nothing is denied");
            }
        });
    }
}
