//! `nginx-root-is-project`: the web root holds the project itself.

use super::scopes::nginx_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-root-is-project"),
        title: "The web root holds the project itself",
        severity: Severity::Critical,
        tip: Tip::Secrets,
        cwe: &[538],
        django_checks: &[],
        consequence: "Source, settings, `.git` and the database file can be downloaded.",
        advice: "Point `root` and `alias` at `STATIC_ROOT` and `MEDIA_ROOT` alone.",
        since: "0.1.0",
        page: include_str!("nginx_root_is_project.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    let workdirs = super::scopes::image_folders(project);
    for file in nginx_files(project) {
        file.walk(&mut |directive, _| {
            if !matches!(directive.name.as_str(), "root" | "alias") {
                return;
            }
            let folder = resolved(directive.argument(0));
            let whole = folder.is_empty() && directive.argument(0).starts_with('/');
            if whole || workdirs.contains(&folder) {
                let what = if whole {
                    "the whole disk".to_owned()
                } else {
                    format!("`{folder}`, where the image keeps the project")
                };
                found.at(directive.span, Confidence::Medium, format!("`{}` serves {what}", directive.name));
            }
        });
    }
}

/// A path without closing slash, `.`, `..` and doubled slashes; what is not absolute stays as it is.
fn resolved(path: &str) -> String {
    if !path.starts_with('/') || path.contains('$') {
        return path.trim_end_matches('/').to_owned();
    }
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.iter().map(|part| format!("/{part}")).collect()
}
