//! `supervisor-control-open`: supervisor lets strangers start and stop programs.

use super::scopes::deployed;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("supervisor-control-open"),
        title: "supervisor lets strangers start and stop programs",
        severity: Severity::High,
        tip: Tip::Firewall,
        cwe: &[306],
        django_checks: &[],
        consequence: "Whoever reaches the port stops the site, reads its logs, and clears them.",
        advice: "Use `[unix_http_server]` with `chmod = 0700`; bind a port to 127.0.0.1 only, with `username` and `password`.",
        since: "0.1.0",
        page: include_str!("supervisor_control_open.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in project.servers.supervisor.iter().filter(|file| deployed(&file.file)) {
        let port = file.last("inet_http_server", "port");
        let has_password =
            file.last("inet_http_server", "password").is_some_and(|entry| !entry.value.is_empty());
        if let Some(port) = port {
            let address = port.value.trim();
            let is_near = address.starts_with("127.")
                || address.starts_with("localhost:")
                || address.starts_with("[::1]");
            match (is_near, has_password) {
                (false, false) => {
                    found.at(port.span, Confidence::High, format!("`{address}` takes orders from everybody"));
                }
                (false, true) => {
                    found
                        .at(port.span, Confidence::Medium, format!("`{address}` takes the password in clear"))
                        .severity(Severity::Medium);
                }
                (true, false) => {
                    found
                        .at(port.span, Confidence::Medium, "every user of the machine may give orders")
                        .severity(Severity::Medium);
                }
                (true, true) => {}
            }
        }
        let mode = file.last("unix_http_server", "chmod").filter(|entry| {
            entry.value.trim().chars().last().is_some_and(|digit| matches!(digit, '2' | '3' | '6' | '7'))
        });
        if let Some(mode) = mode {
            found
                .at(mode.span, Confidence::High, "every user of the machine may give orders")
                .severity(Severity::Medium);
        }
    }
}
