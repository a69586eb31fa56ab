//! `nginx-alias-traversal`: an alias lets visitors climb out of its folder.

use super::scopes::{nginx_files, place_of};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-alias-traversal"),
        title: "An alias lets visitors climb out of its folder",
        severity: Severity::Critical,
        tip: Tip::Uploads,
        cwe: &[22],
        django_checks: &[],
        consequence: "`/static../settings.py` reads files beside the folder that the alias names: source, keys, databases.",
        advice: "End the location's prefix in a slash, as the alias does: `location /static/ { alias …/; }`.",
        since: "0.1.0",
        page: include_str!("nginx_alias_traversal.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        file.walk(&mut |location, _| {
            let [prefix] = location.arguments.as_slice() else { return };
            if location.name != "location" || !prefix.starts_with('/') || prefix.ends_with('/') {
                return;
            }
            for alias in location.children("alias").filter(|alias| alias.argument(0).ends_with('/')) {
                let message = format!(
                    "`location {prefix}` has no closing slash but its alias `{}` has",
                    alias.argument(0)
                );
                found.at(location.span, Confidence::High, message).because([place_of(alias, "the alias")]);
            }
        });
    }
}
