//! `server-without-limits`: the application server waits and reads without limit.

use super::scopes::option_of;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

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
        // gunicorn counts no time for its asynchronous and threaded workers.
        let lifted = options.into_iter().find(|option| option_of(command, option) == Some("0"));
        if let (true, Some(option)) = (command.has("gunicorn"), lifted) {
            let message = format!("{} starts gunicorn with `{option} 0`: no limit", command.starter);
            found.at(command.span, Confidence::Medium, message);
        }
    }
}
