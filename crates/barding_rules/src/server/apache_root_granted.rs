//! `apache-root-granted`: Apache serves the whole disk.

use super::scopes::{apache_files, visit};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("apache-root-granted"),
        title: "Apache serves the whole disk",
        severity: Severity::High,
        tip: Tip::Uploads,
        cwe: &[538],
        django_checks: &[],
        consequence: "An alias or a link that points anywhere serves what lies there: source, keys, other sites.",
        advice: "Deny the root (`Require all denied`), and grant the folders of static files and `wsgi.py` one by one.",
        since: "0.1.0",
        page: include_str!("apache_root_granted.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in apache_files(project) {
        for top in &file.directives {
            visit(top, &mut |directive| {
                let is_root =
                    directive.name.eq_ignore_ascii_case("Directory") && directive.argument(0) == "/";
                let grants = directive.block.iter().flatten().find(|line| {
                    line.name.eq_ignore_ascii_case("Require")
                        && line.arguments.iter().map(|word| word.to_ascii_lowercase()).eq(["all", "granted"])
                });
                if let (true, Some(grants)) = (is_root, grants) {
                    found.at(grants.span, Confidence::High, "`<Directory />` grants everything");
                }
            });
        }
    }
}
