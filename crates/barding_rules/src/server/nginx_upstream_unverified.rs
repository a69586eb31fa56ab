//! `nginx-upstream-unverified`: nginx does not check whom it talks to.

use super::scopes::{includes_more, nginx_files};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::servers::nginx::value_in_effect;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-upstream-unverified"),
        title: "nginx does not check whom it talks to",
        severity: Severity::Low,
        tip: Tip::Https,
        cwe: &[295],
        django_checks: &[],
        consequence: "Whoever is on the way between nginx and the upstream can stand in for it.",
        advice: "Set `proxy_ssl_verify on;` and `proxy_ssl_trusted_certificate`; `proxy_ssl_name` where the name differs.",
        since: "0.1.0",
        page: include_str!("nginx_upstream_unverified.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        file.walk(&mut |directive, scope| {
            let Some(host) = directive.argument(0).strip_prefix("https://") else { return };
            if directive.name != "proxy_pass" || includes_more(scope) {
                return;
            }
            let is_local = ["127.", "localhost", "[::1]", "unix:"].iter().any(|own| host.starts_with(own));
            let checks =
                value_in_effect(scope, "proxy_ssl_verify").is_some_and(|line| line.argument(0) == "on");
            if !is_local && !checks {
                let message = "`proxy_pass` by HTTPS does not verify the upstream's certificate";
                found.at(directive.span, Confidence::Medium, message);
            }
        });
    }
}
