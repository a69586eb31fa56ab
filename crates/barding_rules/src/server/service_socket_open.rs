//! `service-socket-open`: a socket of the service is open to everybody.

use super::scopes::deployed;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("service-socket-open"),
        title: "A socket of the service is open to everybody",
        severity: Severity::Medium,
        tip: Tip::Firewall,
        cwe: &[668, 732],
        django_checks: &[],
        consequence: "Whoever reaches the socket talks to the application past the web server, with headers of their own.",
        advice: "Listen on a unix socket below `/run`, with `SocketMode=0660` and the web server's group.",
        since: "0.1.0",
        page: include_str!("service_socket_open.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for unit in project.servers.systemd.iter().filter(|unit| deployed(&unit.file)) {
        let by_mode = unit
            .all("Socket", "SocketMode")
            .filter(|mode| mode.value.trim().ends_with(['6', '7', '2', '3']))
            .map(|mode| (mode, "every account may write to it"));
        let by_address = unit
            .all("Socket", "ListenStream")
            .filter(|listen| {
                let address = listen.value.trim();
                address.starts_with("0.0.0.0:")
                    || address.starts_with("[::]:")
                    || address.bytes().all(|byte| byte.is_ascii_digit()) && !address.is_empty()
            })
            .filter(|listen| !matches!(listen.value.trim().rsplit(':').next(), Some("80" | "443")))
            .map(|listen| (listen, "it listens on every address"));
        for (entry, why) in by_mode.chain(by_address) {
            found.at(entry.span, Confidence::High, format!("`{}={}`: {why}", entry.key, entry.value.trim()));
        }
    }
}
