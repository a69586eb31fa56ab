//! `uwsgi-open`: uWSGI offers more than the site.

use super::scopes::option_of;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("uwsgi-open"),
        title: "uWSGI offers more than the site",
        severity: Severity::High,
        tip: Tip::Firewall,
        cwe: &[94, 209],
        django_checks: &[],
        consequence: "Whoever reaches a uwsgi socket can make it run code; the statistics name requests; tracebacks show the program to visitors.",
        advice: "Listen on a unix socket or the loopback, and take `catch-exceptions` out.",
        since: "0.1.0",
        page: include_str!("uwsgi_open.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for command in project.servers.commands.iter().filter(|command| !command.for_development) {
        if !command.has("uwsgi") {
            continue;
        }
        let open = |option: &str| {
            option_of(command, option).filter(|address| {
                address.starts_with(':') || address.starts_with("0.0.0.0:") || address.starts_with("[::]:")
            })
        };
        let speaks = ["--socket", "-s", "--uwsgi-socket", "--stats"];
        let message =
            if let Some((option, address)) = speaks.iter().find_map(|option| Some((option, open(option)?))) {
                format!("{} lets uWSGI answer everybody: `{option} {address}`", command.starter)
            } else if option_of(command, "--catch-exceptions")
                .is_some_and(|value| !matches!(value, "0" | "false"))
            {
                format!("{} lets uWSGI show tracebacks: `--catch-exceptions`", command.starter)
            } else {
                continue;
            };
        // Inside a container the port may be out of reach.
        found.at(command.span, Confidence::Medium, message);
    }
}
