//! `nginx-directory-listing`: nginx lists the files of a folder.

use super::scopes::nginx_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-directory-listing"),
        title: "nginx lists the files of a folder",
        severity: Severity::Medium,
        tip: Tip::Uploads,
        cwe: &[548],
        django_checks: &[],
        consequence: "Visitors see every uploaded file and every name in the folder.",
        advice: "Turn `autoindex off`, which is the default.",
        since: "0.1.0",
        page: include_str!("nginx_directory_listing.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        file.walk(&mut |directive, scope| {
            if directive.name == "autoindex" && directive.argument(0) == "on" {
                let place = scope.last().filter(|outer| outer.name == "location");
                let of = place.map_or("the whole server".to_owned(), |outer| {
                    format!("`location {}`", outer.arguments.join(" "))
                });
                found.at(directive.span, Confidence::High, format!("nginx lists the files of {of}"));
            }
        });
    }
}
