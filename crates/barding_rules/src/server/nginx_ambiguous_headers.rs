//! `nginx-ambiguous-headers`: nginx lets through header names that Django confuses.

use super::scopes::nginx_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-ambiguous-headers"),
        title: "nginx lets through header names that Django confuses",
        severity: Severity::Medium,
        tip: Tip::Middleware,
        cwe: &[444],
        django_checks: &[],
        consequence: "`X_Forwarded_Proto` becomes the same key as `X-Forwarded-Proto`, so a client can forge headers that the proxy sets.",
        advice: "Leave `underscores_in_headers off` and `ignore_invalid_headers on`, their defaults.",
        since: "0.1.0",
        page: include_str!("nginx_ambiguous_headers.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        file.walk(&mut |directive, _| {
            let open = matches!(
                (directive.name.as_str(), directive.argument(0)),
                ("underscores_in_headers", "on") | ("ignore_invalid_headers", "off")
            );
            if open {
                found.at(
                    directive.span,
                    Confidence::High,
                    format!(
                        "`{} {}` lets ambiguous header names through",
                        directive.name,
                        directive.argument(0)
                    ),
                );
            }
        });
    }
}
