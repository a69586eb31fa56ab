//! `nginx-access-check-skipped`: an answer comes before the access check.

use super::scopes::nginx_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-access-check-skipped"),
        title: "An answer comes before the access check",
        severity: Severity::Medium,
        tip: Tip::AdminUrl,
        cwe: &[284],
        django_checks: &[],
        consequence: "nginx runs `return` before it looks at `allow` and `deny`: everybody gets the answer.",
        advice: "Put the answer into a location of its own, or let `allow` and `deny` stand where the request is passed on.",
        since: "0.1.0",
        page: include_str!("nginx_access_check_skipped.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        file.walk(&mut |directive, _| {
            let denies = directive.children("deny").any(|deny| deny.argument(0) == "all");
            let answer = directive
                .children("return")
                .find(|answer| !matches!(answer.argument(0), "403" | "404" | "444"));
            if let (true, true, Some(answer)) = (directive.name == "location", denies, answer) {
                let message = "`return` answers before `allow` and `deny` are looked at";
                found.at(answer.span, Confidence::High, message);
            }
            // Refusals and redirects under a condition give nothing away.
            let conditional = directive
                .children("if")
                .flat_map(|condition| condition.children("return"))
                .find(|answer| !answer.argument(0).starts_with(['3', '4', '5']));
            if let (true, true, Some(answer)) = (directive.name == "location", denies, conditional) {
                let message = "`return` under a condition answers before `allow` and `deny` are looked at";
                found.at(answer.span, Confidence::Medium, message);
            }
        });
    }
}
