//! `apache-directory-listing`: Apache lists folders.

use super::scopes::apache_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("apache-directory-listing"),
        title: "Apache lists folders",
        severity: Severity::Medium,
        tip: Tip::Uploads,
        cwe: &[548],
        django_checks: &[],
        consequence: "Everybody sees the names of all files, private uploads among them.",
        advice: "`Options -Indexes`.",
        since: "0.1.0",
        page: include_str!("apache_directory_listing.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in apache_files(project) {
        file.walk(&mut |directive, _| {
            let lists = directive.arguments.iter().any(|word| {
                word.eq_ignore_ascii_case("indexes")
                    || word.eq_ignore_ascii_case("+indexes")
                    || word.eq_ignore_ascii_case("all")
            });
            if directive.name.eq_ignore_ascii_case("Options") && lists {
                found.at(
                    directive.span,
                    Confidence::High,
                    "Folders without an index page are shown as lists",
                );
            }
        });
    }
}
