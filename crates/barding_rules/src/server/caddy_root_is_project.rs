//! `caddy-root-is-project`: Caddy serves the project itself.

use super::scopes::{caddy_files, image_folders, visit};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("caddy-root-is-project"),
        title: "Caddy serves the project itself",
        severity: Severity::Critical,
        tip: Tip::Secrets,
        cwe: &[538],
        django_checks: &[],
        consequence: "Source, settings, `.git` and the database file can be downloaded.",
        advice: "Point `root` at `STATIC_ROOT`, below an address of its own.",
        since: "0.1.0",
        page: include_str!("caddy_root_is_project.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    let workdirs = image_folders(project);
    for file in caddy_files(project) {
        for top in &file.directives {
            visit(top, &mut |block| {
                let roots = block.children("root").filter_map(|line| Some((line, line.arguments.last()?)));
                for (line, folder) in roots {
                    let bare = folder.trim_end_matches('/');
                    let whole = bare.is_empty() && folder.starts_with('/');
                    let serves = block.children("file_server").next().is_some();
                    if serves && (whole || workdirs.iter().any(|workdir| workdir == bare)) {
                        let message = format!("`root` serves `{folder}`, where the project lies");
                        found.at(line.span, Confidence::Medium, message);
                    }
                }
            });
        }
    }
}
