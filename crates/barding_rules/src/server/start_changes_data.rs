//! `start-changes-data`: starting the site loads or deletes data.

use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("start-changes-data"),
        title: "Starting the site loads or deletes data",
        severity: Severity::Medium,
        tip: Tip::LiveSettings,
        cwe: &[798],
        django_checks: &[],
        consequence: "Each start may bring back known users and old data, or delete what is there.",
        advice: "Take it out of the start; load data once, by hand or in a migration.",
        since: "0.1.0",
        page: include_str!("start_changes_data.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for command in project.servers.commands.iter().filter(|command| !command.for_development) {
        let line = command.words.join(" ");
        let Some((_, after)) = line.split_once("manage.py ").or_else(|| line.split_once("django-admin "))
        else {
            continue;
        };
        let all: Vec<&str> =
            line.split("manage.py ").skip(1).filter_map(|part| part.split_whitespace().next()).collect();
        let has = |name: &str| all.contains(&name) || after.split_whitespace().next() == Some(name);
        let password =
            ["create_user(", "create_superuser(", "set_password("].iter().any(|call| line.contains(call));
        let what = if has("flush") || has("reset_db") {
            Some("deletes all data")
        } else if has("loaddata") {
            Some("loads data")
        } else if has("shell") && password {
            Some("makes a user whose password stands here")
        } else {
            None
        };
        if let Some(what) = what {
            found.at(
                command.span,
                Confidence::Medium,
                format!("{} {what} whenever it starts", command.starter),
            );
        }
    }
}
