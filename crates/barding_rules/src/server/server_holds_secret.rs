//! `server-holds-secret`: a secret stands in the configuration of the application server.

use super::scopes::is_written_secret;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::servers::StartCommand;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("server-holds-secret"),
        title: "A secret stands in the configuration of the application server",
        severity: Severity::Medium,
        tip: Tip::Secrets,
        cwe: &[522],
        django_checks: &[],
        consequence: "Everybody who reads the repository, or lists the processes, has it.",
        advice: "Put it into a file of mode 0600 that the unit names with EnvironmentFile=.",
        since: "0.1.0",
        page: include_str!("server_holds_secret.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for command in project.servers.commands.iter().filter(|command| !command.for_development) {
        for assignment in assignments(command) {
            let Some((name, value)) = assignment.split_once('=') else { continue };
            if is_written_secret(name, value) {
                let message = format!("{} gives {name} to the application server", command.starter);
                found.at(command.span, Confidence::High, message);
            }
        }
    }
}

/// What gunicorn's `--env`, its `raw_env`, and uWSGI's `env` set: `NAME=value`.
fn assignments(command: &StartCommand) -> Vec<&str> {
    if !command.has("gunicorn") && !command.has("uwsgi") {
        return Vec::new();
    }
    let mut all = Vec::new();
    let mut is_value = false;
    for word in &command.words {
        if is_value {
            // `raw_env` is a list of Python texts.
            let texts = word.split(['[', ']', ',', '"', '\'']).map(str::trim);
            all.extend(texts.filter(|text| text.contains('=')));
        } else if let Some(value) = word.strip_prefix("--env=") {
            all.push(value);
        }
        is_value = matches!(word.as_str(), "--env" | "-e" | "--raw-env");
    }
    all
}
