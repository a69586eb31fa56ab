//! `nginx-proxy-to-client-choice`: the client chooses where nginx connects.

use super::scopes::nginx_files;
use super::variables::{Variables, is_chosen};
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
        let variables = Variables::of(file);
        file.walk(&mut |pass, scope| {
            if pass.name != "proxy_pass"
                || scope.iter().any(|outer| outer.children("internal").next().is_some())
            {
                return;
            }
            let target = pass.argument(0);
            let names_host = |text: &String| {
                let host = text
                    .split_once("://")
                    .map_or(text.as_str(), |(scheme, rest)| if is_chosen(scheme) { text } else { rest });
                // After the host a slash or the path begins; a port belongs to the host.
                is_chosen(host.split('/').next().unwrap_or_default())
            };
            if variables.expand(target, scope, None).iter().any(names_host) {
                found.at(
                    pass.span,
                    Confidence::High,
                    format!("`proxy_pass {target}` connects to a host that the client names"),
                );
            }
        });
    }
}
