//! `caddy-upstream-unverified`: Caddy does not check whom it talks to.

use super::scopes::{caddy_files, visit};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("caddy-upstream-unverified"),
        title: "Caddy does not check whom it talks to",
        severity: Severity::Medium,
        tip: Tip::Https,
        cwe: &[295],
        django_checks: &[],
        consequence: "Whoever is on the way between Caddy and the upstream can stand in for it.",
        advice: "Trust the upstream's authority with `tls_trust_pool` instead.",
        since: "0.1.0",
        page: include_str!("caddy_upstream_unverified.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in caddy_files(project) {
        for top in &file.directives {
            visit(top, &mut |directive| {
                if matches!(directive.name.as_str(), "tls_insecure_skip_verify" | "insecure_skip_verify") {
                    let message = format!("`{}` accepts every certificate", directive.name);
                    found.at(directive.span, Confidence::High, message);
                }
            });
        }
    }
}
