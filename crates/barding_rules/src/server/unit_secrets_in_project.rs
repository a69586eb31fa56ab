//! `unit-secrets-in-project`: the file of secrets lies in the folder of the project.

use super::scopes::deployed;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("unit-secrets-in-project"),
        title: "The file of secrets lies in the folder of the project",
        severity: Severity::Medium,
        tip: Tip::Secrets,
        cwe: &[732],
        django_checks: &[],
        consequence: "It ends up in the repository, in backups, and below a web root that is set too high.",
        advice: "Put it where only root writes and reads, `/etc/shop/env` with mode 0600; systemd reads it before it drops its rights.",
        since: "0.1.0",
        page: include_str!("unit_secrets_in_project.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for unit in project.servers.systemd.iter().filter(|unit| deployed(&unit.file)) {
        let folder = unit.last("Service", "WorkingDirectory").map(|entry| entry.value.trim_end_matches('/'));
        for entry in unit.all("Service", "EnvironmentFile") {
            let path = entry.value.trim_start_matches('-');
            let in_web_root =
                ["/var/www/", "/static/", "/media/", "/public_html/"].iter().any(|part| path.contains(part));
            let in_project = folder.is_some_and(|folder| {
                folder.len() > 1 && path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
            });
            if in_web_root || in_project {
                let sure = if in_web_root { Confidence::Medium } else { Confidence::Low };
                found.at(entry.span, sure, format!("`{path}` lies beside the code"));
            }
        }
    }
}
