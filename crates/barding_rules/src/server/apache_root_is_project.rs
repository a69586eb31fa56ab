//! `apache-root-is-project`: the web root of Apache holds the project.

use super::scopes::apache_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("apache-root-is-project"),
        title: "The web root of Apache holds the project",
        severity: Severity::High,
        tip: Tip::Secrets,
        cwe: &[538],
        django_checks: &[],
        consequence: "Source, settings, `.git` and the database file can be downloaded.",
        advice: "Point `DocumentRoot` at an empty folder, and `Alias` at `STATIC_ROOT` and `MEDIA_ROOT` alone.",
        since: "0.1.0",
        page: include_str!("apache_root_is_project.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in apache_files(project) {
        file.walk(&mut |directive, _| {
            if !directive.name.eq_ignore_ascii_case("VirtualHost") {
                return;
            }
            let lines = || directive.block.iter().flatten();
            let Some(root) = lines().find(|line| line.name.eq_ignore_ascii_case("DocumentRoot")) else {
                return;
            };
            let folder = root.argument(0).trim_end_matches('/');
            let script = lines().find(|line| {
                line.name.eq_ignore_ascii_case("WSGIScriptAlias")
                    && line.argument(1).strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
            });
            // What the application answers at `/` hides the root from visitors.
            let hides = script.is_some_and(|line| line.argument(0) == "/");
            if let Some(script) = script {
                let confidence = if hides { Confidence::Low } else { Confidence::High };
                let message =
                    format!("`DocumentRoot {folder}` holds the code that runs: {}", script.argument(1));
                found.at(root.span, confidence, message);
            }
        });
    }
}
