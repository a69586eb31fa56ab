//! `image-holds-development-packages`: the image holds the packages of developers.

use super::scopes::deployed;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("image-holds-development-packages"),
        title: "The image holds the packages of developers",
        severity: Severity::Medium,
        tip: Tip::LiveSettings,
        cwe: &[489],
        django_checks: &[],
        consequence: "Debuggers and toolbars wait in production for a setting that wakes them.",
        advice: "Install the requirements of production alone in the last stage.",
        since: "0.1.0",
        page: include_str!("image_holds_development_packages.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in project.servers.dockerfiles.iter().filter(|file| deployed(&file.file)) {
        for run in file.last_stage().filter(|instruction| instruction.name == "RUN") {
            let mut words = run.arguments.split_whitespace();
            let installs = run.arguments.contains("pip") && run.arguments.contains("install");
            let is_for_developers = |list: &str| {
                let name = list.rsplit('/').next().unwrap_or_default();
                ["dev", "local", "development", "test", "tests"]
                    .into_iter()
                    .any(|word| name.trim_end_matches(".txt").split(['-', '_', '.']).any(|part| part == word))
            };
            let listed = words.any(|word| word.ends_with(".txt") && is_for_developers(word));
            if installs && listed {
                found.at(
                    run.span,
                    Confidence::Medium,
                    "the last stage installs the requirements of developers",
                );
            }
        }
    }
}
