//! `runserver-in-production`: the development server serves the site.

use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::servers::StartCommand;

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
        if let Some(server) = development_server(command) {
            let runs_manage =
                ["manage.py", "django-admin", "python", "python3"].iter().any(|word| command.has(word));
            // A compose file named neither for production nor for development is often a developer's.
            let sure = runs_manage && !command.starter.starts_with("compose");
            let confidence = if sure { Confidence::High } else { Confidence::Medium };
            found.at(command.span, confidence, format!("{} starts `{server}`", command.starter));
        }
    }
}

/// The development server that a command starts; a shell line keeps its words in one string.
fn development_server(command: &StartCommand) -> Option<&'static str> {
    let servers = ["runserver", "runserver_plus", "runsslserver", "testserver"];
    let named = servers.into_iter().find(|server| command.words.iter().any(|word| word == server));
    let in_line = || {
        let starts = |word: &String| word.contains(' ') && word.contains("manage.py runserver");
        command.words.iter().any(starts).then_some("runserver")
    };
    named.or_else(in_line)
}
