//! `proxy-protocol-from-anyone`: the server believes addresses that any client names.

use super::scopes::option_of;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("proxy-protocol-from-anyone"),
        title: "The server believes addresses that any client names",
        severity: Severity::Medium,
        tip: Tip::HostHeader,
        cwe: &[348],
        django_checks: &[],
        consequence: "A client writes its own address into the first line, and limits and logs go by it.",
        advice: "Name the proxy in `--proxy-allow-from`.",
        since: "0.1.0",
        page: include_str!("proxy_protocol_from_anyone.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for command in project.servers.commands.iter().filter(|command| !command.for_development) {
        let is_on =
            option_of(command, "--proxy-protocol").is_some_and(|value| !matches!(value, "False" | "off"));
        let from_all = ["--proxy-allow-from", "--proxy-allow-ips"]
            .into_iter()
            .any(|option| option_of(command, option) == Some("*"));
        // gunicorn's own file is read a line at a time.
        let elsewhere = command.starter.ends_with(".py")
            && project.servers.commands.iter().any(|other| {
                other.starter == command.starter
                    && option_of(other, "--proxy-protocol").is_some_and(|value| value != "False")
            });
        if command.has("gunicorn") && from_all && (is_on || elsewhere) {
            let message = format!("{} takes the PROXY protocol from everybody", command.starter);
            found.at(command.span, Confidence::High, message);
        }
    }
}
