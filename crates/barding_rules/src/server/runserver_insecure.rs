//! `runserver-insecure`: the debug view serves the static files.

use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("runserver-insecure"),
        title: "The debug view serves the static files",
        severity: Severity::Medium,
        tip: Tip::LiveSettings,
        cwe: &[489],
        django_checks: &[],
        consequence: "`--insecure` serves files by a view that its authors call grossly inefficient and probably insecure.",
        advice: "Collect static files, and let the web server or WhiteNoise serve them.",
        since: "0.1.0",
        page: include_str!("runserver_insecure.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for command in project.servers.commands.iter().filter(|command| !command.for_development) {
        let serves = command.words.iter().any(|word| word.contains("runserver"));
        if serves && command.words.iter().any(|word| word == "--insecure" || word.contains(" --insecure")) {
            let message = format!("{} serves static files with `--insecure`", command.starter);
            found.at(command.span, Confidence::High, message);
        }
    }
}
