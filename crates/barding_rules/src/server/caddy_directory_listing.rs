//! `caddy-directory-listing`: Caddy lists folders.

use super::scopes::{caddy_files, visit};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("caddy-directory-listing"),
        title: "Caddy lists folders",
        severity: Severity::Medium,
        tip: Tip::Uploads,
        cwe: &[548],
        django_checks: &[],
        consequence: "Everybody sees the names of all files, private uploads among them.",
        advice: "Drop `browse`.",
        since: "0.1.0",
        page: include_str!("caddy_directory_listing.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in caddy_files(project) {
        for top in &file.directives {
            visit(top, &mut |line| {
                let inside = line.children("browse").next();
                if line.name == "file_server"
                    && (line.arguments.iter().any(|word| word == "browse") || inside.is_some())
                {
                    found.at(line.span, Confidence::High, "Folders are shown as lists");
                }
            });
        }
    }
}
