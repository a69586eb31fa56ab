//! `server-reloads-code`: the application server watches and reloads the code.

use super::scopes::option_of;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("server-reloads-code"),
        title: "The application server watches and reloads the code",
        severity: Severity::Low,
        tip: Tip::LiveSettings,
        cwe: &[489],
        django_checks: &[],
        consequence: "Half-written files are run, every save drops requests, and the watcher costs time; it is meant for development.",
        advice: "Take `--reload` out of the production command, and restart the server when a release is done.",
        since: "0.1.0",
        page: include_str!("server_reloads_code.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for command in project.servers.commands.iter().filter(|command| !command.for_development) {
        for (server, option) in [
            ("gunicorn", "--reload"),
            ("uvicorn", "--reload"),
            ("hypercorn", "--reload"),
            ("uwsgi", "--py-autoreload"),
        ] {
            let is_on =
                option_of(command, option).is_some_and(|value| !matches!(value, "0" | "false" | "False"));
            if command.has(server) && is_on {
                let message = format!("{} starts {server} with `{option}`", command.starter);
                found.at(command.span, Confidence::Medium, message);
            }
        }
    }
}
