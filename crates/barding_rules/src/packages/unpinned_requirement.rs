//! `unpinned-requirement`: a requirements file leaves versions open.

use super::is_requirements;
use crate::{Check, Facts, Findings, Rule};
use barding_deps::{Group, Origin, Wanted};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("unpinned-requirement"),
        title: "Requirements without a pinned version",
        severity: Severity::Info,
        tip: Tip::Dependencies,
        cwe: &[1357, 829],
        django_checks: &[],
        consequence: "Two installations of the same file can differ, and a new release of any package reaches the site untested.",
        advice: "Pin every package, also the indirect ones, with a lock file: `pip-compile`, `uv lock`, Poetry or PDM write one.",
        since: "0.1.0",
        page: include_str!("unpinned_requirement.md"),
    },
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, found: &mut Findings<'_>) {
    let Some(packages) = &facts.packages else { return };
    for manifest in packages.manifests.iter().filter(|manifest| is_requirements(manifest)) {
        // What a build wrote down repeats what the package asks for.
        if manifest.path.components().any(|part| part.as_str().ends_with(".egg-info")) {
            continue;
        }
        // What a template of projects asks for is pinned by whoever starts a project from it.
        if manifest.path.components().any(|part| matches!(part.as_str(), "project_template" | "app_template"))
        {
            continue;
        }
        let open: Vec<_> = manifest
            .packages
            .iter()
            .filter(|package| matches!(package.wanted, Wanted::Any | Wanted::Range(_)))
            .filter(|package| {
                package.origin == Origin::Index && !matches!(package.group, Group::Development(_))
            })
            .collect();
        // A file in which nothing is pinned is often the input of a tool that pins; that tool's output is then judged.
        let (Some(first), false) = (open.first(), packages.is_locked(manifest)) else { continue };
        let names: Vec<String> = open.iter().take(5).map(|package| format!("`{}`", package.name)).collect();
        let more = open.len().saturating_sub(names.len());
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        found.at(
            first.place,
            Confidence::High,
            format!("`{}` leaves the version open: {}{more}", manifest.path, names.join(", ")),
        );
    }
}
