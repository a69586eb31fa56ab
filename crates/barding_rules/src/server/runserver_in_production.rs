//! `runserver-in-production`: the development server serves the site.

use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("runserver-in-production"),
        title: "The development server serves the site",
        severity: Severity::High,
        tip: Tip::LiveSettings,
        cwe: &[489],
        django_checks: &[],
        consequence: "`runserver` is not made for the public: no limits, no separation, and with DEBUG it serves tracebacks.",
        advice: "Start gunicorn, uvicorn or another real server, and serve static files from nginx or WhiteNoise.",
        since: "0.1.0",
        page: include_str!("runserver_in_production.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for command in project.servers.commands.iter().filter(|command| !command.for_development) {
        let Some(server) = ["runserver", "runserver_plus", "runsslserver", "testserver"]
            .into_iter()
            .find(|server| command.words.iter().any(|word| word == server))
        else {
            continue;
        };
        let runs_manage = command.has("manage.py")
            || command.has("django-admin")
            || command.has("python")
            || command.has("python3");
        // A compose file named neither for production nor for development is often a developer's.
        let confidence = if runs_manage && !command.starter.starts_with("compose") {
            Confidence::High
        } else {
            Confidence::Medium
        };
        found.at(command.span, confidence, format!("{} starts `{server}`", command.starter));
    }
    for command in project.servers.commands.iter().filter(|command| !command.for_development) {
        // A shell line keeps its words in one string.
        if command.words.iter().any(|word| word.contains(' ') && word.contains("manage.py runserver")) {
            found.at(command.span, Confidence::Medium, format!("{} starts `runserver`", command.starter));
        }
    }
}
