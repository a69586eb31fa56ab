//! `caddy-path-from-client`: Caddy takes the path of a file from the request.

use super::scopes::caddy_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("caddy-path-from-client"),
        title: "Caddy takes the path of a file from the request",
        severity: Severity::High,
        tip: Tip::Uploads,
        cwe: &[22],
        django_checks: &[],
        consequence: "The client chooses which file of the machine is served.",
        advice: "Let the path alone choose: `root * /srv/static` and `file_server`, without headers or parameters in them.",
        since: "0.1.0",
        page: include_str!("caddy_path_from_client.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    const CHOSEN: &[&str] = &[
        "{header.",
        "{http.request.header.",
        "{query.",
        "{http.request.uri.query",
        "{cookie.",
        "{http.request.cookie.",
    ];
    for file in caddy_files(project) {
        file.walk(&mut |line, _| {
            let serves = matches!(line.name.as_str(), "root" | "try_files" | "rewrite" | "uri" | "file");
            let chosen = line.arguments.iter().find(|word| CHOSEN.iter().any(|part| word.contains(part)));
            // A query may be passed on as a query; a path may not be made of it.
            let Some(word) = chosen.filter(|word| !word.starts_with('?')) else { return };
            let in_path =
                word.split('?').next().is_some_and(|path| CHOSEN.iter().any(|part| path.contains(part)));
            if serves && in_path {
                let message = format!("`{word}` is what the client writes");
                found.at(line.span, Confidence::Medium, message);
            }
        });
    }
}
