//! `nginx-cookie-flags-removed`: nginx takes the flags of cookies away.

use super::scopes::nginx_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-cookie-flags-removed"),
        title: "nginx takes the flags of cookies away",
        severity: Severity::Medium,
        tip: Tip::Https,
        cwe: &[614],
        django_checks: &[],
        consequence: "Cookies that Django marks as Secure or HttpOnly reach browsers without the mark.",
        advice: "Take `nosecure`, `nohttponly` and `nosamesite` out of `proxy_cookie_flags`.",
        since: "0.1.0",
        page: include_str!("nginx_cookie_flags_removed.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        file.walk(&mut |directive, _| {
            let removed: Vec<&str> = directive
                .arguments
                .iter()
                .map(String::as_str)
                .filter(|word| matches!(*word, "nosecure" | "nohttponly" | "nosamesite"))
                .collect();
            if directive.name == "proxy_cookie_flags" && !removed.is_empty() {
                let message = format!("`proxy_cookie_flags` sets {}", removed.join(", "));
                found.at(directive.span, Confidence::High, message);
            }
        });
    }
}
