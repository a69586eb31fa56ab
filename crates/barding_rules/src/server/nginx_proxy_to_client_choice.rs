//! `nginx-proxy-to-client-choice`: the client chooses where nginx connects.

use super::scopes::nginx_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-proxy-to-client-choice"),
        title: "The client chooses where nginx connects",
        severity: Severity::Critical,
        tip: Tip::SqlInjection,
        cwe: &[918],
        django_checks: &[],
        consequence: "Anybody can reach services inside the network through nginx, metadata services included.",
        advice: "Name a fixed upstream; choose among several with a `map` of known names.",
        since: "0.1.0",
        page: include_str!("nginx_proxy_to_client_choice.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        file.walk(&mut |pass, scope| {
            if pass.name != "proxy_pass"
                || scope.iter().any(|outer| outer.children("internal").next().is_some())
            {
                return;
            }
            let target = pass.argument(0);
            let host = target
                .split_once("://")
                .map_or(target, |(_, rest)| rest)
                .split('/')
                .next()
                .unwrap_or_default();
            let chosen = ["$arg_", "$http_", "$cookie_", "$host", "$1", "$2", "$3"];
            if chosen.iter().any(|variable| host.contains(variable)) {
                found.at(
                    pass.span,
                    Confidence::High,
                    format!("`proxy_pass {target}` connects to a host that the client names"),
                );
            }
        });
    }
}
