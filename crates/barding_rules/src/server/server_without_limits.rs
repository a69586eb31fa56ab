//! `server-without-limits`: the application server waits and reads without limit.

use super::scopes::option_of;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::servers::StartCommand;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("server-without-limits"),
        title: "The application server waits and reads without limit",
        severity: Severity::Medium,
        tip: Tip::LiveSettings,
        cwe: &[770],
        django_checks: &[],
        consequence: "One client that sends slowly, or without end, holds a worker for good.",
        advice: "Leave gunicorn's limits at their defaults: 30 seconds, 4094 bytes for the first line, 100 headers of 8190 bytes.",
        since: "0.1.0",
        page: include_str!("server_without_limits.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for command in project.servers.commands.iter().filter(|command| !command.for_development) {
        let options =
            ["--timeout", "--limit-request-line", "--limit-request-fields", "--limit-request-field_size"];
        let counts_requests = !has_other_workers(project, command);
        let lifted = options.into_iter().find(|option| {
            option_of(command, option) == Some("0") && (*option != "--timeout" || counts_requests)
        });
        if let (true, Some(option)) = (command.has("gunicorn"), lifted) {
            let message = format!("{} starts gunicorn with `{option} 0`: no limit", command.starter);
            found.at(command.span, Confidence::Medium, message);
        }
    }
}

/// Whether gunicorn's workers are asynchronous or threaded: their timeout watches the worker, not a request. The settings
/// of gunicorn's own file stand in commands of their own.
fn has_other_workers(project: &Project, command: &StartCommand) -> bool {
    let is_other = |command: &StartCommand| {
        let class = ["--worker-class", "-k"].into_iter().find_map(|option| option_of(command, option));
        let threads = option_of(command, "--threads").and_then(|count| count.parse::<u32>().ok());
        class.is_some_and(|class| class != "sync") || threads.is_some_and(|count| count > 1)
    };
    let of_file = |other: &&StartCommand| {
        other.span.file == command.span.file
            && command.starter.ends_with(".py")
            && other.starter == command.starter
    };
    is_other(command) || project.servers.commands.iter().filter(of_file).any(is_other)
}
