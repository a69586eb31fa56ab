//! `any-host-in-deployment`: the deployment lets every Host in.

use super::scopes::deployed_variables;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("any-host-in-deployment"),
        title: "The deployment lets every Host in",
        severity: Severity::High,
        tip: Tip::HostHeader,
        cwe: &[644],
        django_checks: &[],
        consequence: "Links in mails and caches take whatever name an attacker writes into the Host header.",
        advice: "Name the hosts. For health checks send a Host header with the probe instead.",
        since: "0.1.0",
        page: include_str!("any_host_in_deployment.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for variable in deployed_variables(project) {
        let is_list = matches!(
            variable.name.as_str(),
            "ALLOWED_HOSTS" | "DJANGO_ALLOWED_HOSTS" | "DJANGO__ALLOWED_HOSTS" | "APP_ALLOWED_HOSTS"
        );
        let lets_all =
            variable.value.split([',', ' ', ';']).any(|host| host.trim_matches(['"', '\'', '[', ']']) == "*");
        if is_list && lets_all {
            let message = format!("{} sets `{}` to `*`", variable.holder, variable.name);
            found.at(variable.place, Confidence::Medium, message);
        }
    }
}
