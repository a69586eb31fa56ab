//! `unit-files-for-all`: files of the service are writable by everybody.

use super::scopes::deployed;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("unit-files-for-all"),
        title: "Files of the service are writable by everybody",
        severity: Severity::Low,
        tip: Tip::Uploads,
        cwe: &[732],
        django_checks: &[],
        consequence: "Local users change uploads and sockets of the site.",
        advice: "`UMask=0027`.",
        since: "0.1.0",
        page: include_str!("unit_files_for_all.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for unit in project.servers.systemd.iter().filter(|unit| deployed(&unit.file)) {
        if let Some(mask) = unit.last("Service", "UMask")
            && matches!(mask.value.trim(), "0" | "00" | "000" | "0000")
        {
            found.at(mask.span, Confidence::High, format!("`UMask={}` takes no right away", mask.value));
        }
        if let Some(folder) = unit.last("Service", "WorkingDirectory")
            && ["/tmp", "/var/tmp", "/dev/shm"].into_iter().any(|open| {
                folder.value.strip_prefix(open).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
        {
            let message = format!("`{}` is a folder where everybody may write", folder.value);
            found.at(folder.span, Confidence::High, message);
        }
    }
}
