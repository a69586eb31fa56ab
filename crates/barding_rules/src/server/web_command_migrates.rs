//! `web-command-migrates`: the command of the site migrates the database.

use super::scopes::{deployed, names_application_server};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("web-command-migrates"),
        title: "The command of the site migrates the database",
        severity: Severity::Low,
        tip: Tip::DatabaseRoles,
        cwe: &[250],
        django_checks: &[],
        consequence: "The role of the site needs the right to change and drop tables, and two processes may migrate at once.",
        advice: "Migrate in a step of its own, with a role of its own; `barding generate database-roles` writes both.",
        since: "0.1.0",
        page: include_str!("web_command_migrates.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for command in project.servers.commands.iter().filter(|command| !command.for_development) {
        let line = command.words.join(" ");
        let migrates = line.contains("manage.py migrate") || line.contains("django-admin migrate");
        if migrates && names_application_server(&line) {
            let message = format!("{} migrates and then serves with one role", command.starter);
            found.at(command.span, Confidence::High, message);
        }
    }
    for unit in project.servers.systemd.iter().filter(|unit| deployed(&unit.file)) {
        for entry in unit.all("Service", "ExecStartPre") {
            if entry.value.contains("manage.py migrate") || entry.value.contains("django-admin migrate") {
                found.at(entry.span, Confidence::High, "ExecStartPre migrates with the role that serves");
            }
        }
    }
}
