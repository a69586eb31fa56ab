//! `server-runs-as-root`: the application server runs as root.

use super::scopes::option_of;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("server-runs-as-root"),
        title: "The application server runs as root",
        severity: Severity::High,
        tip: Tip::Firewall,
        cwe: &[250],
        django_checks: &[],
        consequence: "A break-in through the site owns the machine or the container.",
        advice: "Name a user of its own: `--user shop --group shop`.",
        since: "0.1.0",
        page: include_str!("server_runs_as_root.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for command in project.servers.commands.iter().filter(|command| !command.for_development) {
        for (server, option) in [("gunicorn", "--user"), ("gunicorn", "-u"), ("uwsgi", "--uid")] {
            if command.has(server) && matches!(option_of(command, option), Some("root" | "0")) {
                found.at(
                    command.span,
                    Confidence::High,
                    format!("{} runs {server} as root", command.starter),
                );
            }
        }
    }
}
