//! `apache-headers-not-on-errors`: a security header is missing on error pages.

use super::scopes::{apache_files, is_security_header};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("apache-headers-not-on-errors"),
        title: "A security header is missing on error pages",
        severity: Severity::Low,
        tip: Tip::Https,
        cwe: &[693],
        django_checks: &[],
        consequence: "Error pages and redirects that Apache makes itself go out without the header.",
        advice: "`Header always set …`.",
        since: "0.1.0",
        page: include_str!("apache_headers_not_on_errors.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in apache_files(project) {
        file.walk(&mut |directive, _| {
            let is_set = matches!(
                directive.argument(0).to_ascii_lowercase().as_str(),
                "set" | "append" | "add" | "merge"
            );
            if directive.name.eq_ignore_ascii_case("Header")
                && is_set
                && is_security_header(directive.argument(1))
            {
                let message = format!("{} is sent with successful answers only", directive.argument(1));
                found.at(directive.span, Confidence::High, message);
            }
        });
    }
}
