//! `nginx-headers-not-on-errors`: a security header is missing on error pages.

use super::scopes::{is_security_header, nginx_files};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-headers-not-on-errors"),
        title: "A security header is missing on error pages",
        severity: Severity::Low,
        tip: Tip::Https,
        cwe: &[693],
        django_checks: &[],
        consequence: "Error pages (404, 500, 502) go out without the header: a page that shows what the visitor sent can be framed or run scripts.",
        advice: "End the `add_header` line in `always`.",
        since: "0.1.0",
        page: include_str!("nginx_headers_not_on_errors.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        file.walk(&mut |directive, _| {
            let is_always = directive.arguments.iter().skip(2).any(|word| word == "always");
            if directive.name == "add_header" && is_security_header(directive.argument(0)) && !is_always {
                let message = format!("{} is sent with successful answers only", directive.argument(0));
                found.at(directive.span, Confidence::High, message);
            }
        });
    }
}
