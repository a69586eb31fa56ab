//! `server-socket-for-all`: every user of the machine may talk to the application.

use super::scopes::option_of;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("server-socket-for-all"),
        title: "Every user of the machine may talk to the application",
        severity: Severity::Low,
        tip: Tip::Firewall,
        cwe: &[732],
        django_checks: &[],
        consequence: "Local users go past the proxy and set the headers it would set.",
        advice: "`--umask 007`, and the proxy in the group.",
        since: "0.1.0",
        page: include_str!("server_socket_for_all.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for command in project.servers.commands.iter().filter(|command| !command.for_development) {
        let on_socket = ["--bind", "-b"]
            .into_iter()
            .any(|option| option_of(command, option).is_some_and(|address| address.starts_with("unix:")));
        let is_open = ["--umask", "-m"]
            .into_iter()
            .any(|option| matches!(option_of(command, option), Some("0" | "000" | "0o0" | "0000" | "0o000")));
        if command.has("gunicorn") && on_socket && is_open {
            found.at(
                command.span,
                Confidence::High,
                format!("{} opens the socket to everybody", command.starter),
            );
        }
    }
}
