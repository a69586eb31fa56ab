//! `nginx-referer-none-valid`: requests without a Referer pass the check of the Referer.

use super::scopes::nginx_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-referer-none-valid"),
        title: "Requests without a Referer pass the check of the Referer",
        severity: Severity::Medium,
        tip: Tip::Csrf,
        cwe: &[346],
        django_checks: &[],
        consequence: "Any page can leave the Referer out, so the check stops nobody.",
        advice: "Take `none` out of `valid_referers`, and leave the protection of forms to Django.",
        since: "0.1.0",
        page: include_str!("nginx_referer_none_valid.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        file.walk(&mut |directive, _| {
            if directive.name == "valid_referers" && directive.arguments.iter().any(|word| word == "none") {
                found.at(directive.span, Confidence::High, "requests without a Referer count as valid");
            }
        });
    }
}
