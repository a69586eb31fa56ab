//! `server-bypasses-proxy`: the application server is open beside the proxy.

use super::scopes::option_of;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("server-bypasses-proxy"),
        title: "The application server is open beside the proxy",
        severity: Severity::Medium,
        tip: Tip::Firewall,
        cwe: &[668],
        django_checks: &[],
        consequence: "Whoever reaches the port goes past the proxy, its TLS, its limits and the headers it sets.",
        advice: "Bind 127.0.0.1 or a Unix socket.",
        since: "0.1.0",
        page: include_str!("server_bypasses_proxy.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for command in project.servers.commands.iter().filter(|command| !command.for_development) {
        // In a container every address is the container's own.
        if command.starter != "ExecStart" && !command.starter.ends_with(".py") {
            continue;
        }
        let servers = ["gunicorn", "uvicorn", "hypercorn", "daphne", "waitress-serve"];
        let Some(server) = servers.into_iter().find(|server| command.has(server)) else { continue };
        let options = if server == "daphne" { ["--bind", "-b"] } else { ["--bind", "--host"] };
        let bound = options.into_iter().chain(["-b"]).find_map(|option| option_of(command, option));
        let is_open = bound.is_some_and(|address| {
            address == "0.0.0.0"
                || address == "::"
                || address.starts_with("0.0.0.0:")
                || address.starts_with("[::]:")
        });
        if let (true, Some(address)) = (is_open, bound) {
            // The configuration file of gunicorn is often copied into a container.
            let confidence =
                if command.starter == "ExecStart" { Confidence::Medium } else { Confidence::Low };
            found.at(command.span, confidence, format!("{} binds {server} to {address}", command.starter));
        }
    }
}
