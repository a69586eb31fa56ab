//! `healthcheck-asks-admin`: a health check asks a page that is not made for it.

use super::scopes::deployed;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("healthcheck-asks-admin"),
        title: "A health check asks a page that is not made for it",
        severity: Severity::Info,
        tip: Tip::AdminUrl,
        cwe: &[16],
        django_checks: &[],
        consequence: "The check fills the logs of the admin with requests that hide real ones.",
        advice: "Give the site a small view of its own that says whether it is up.",
        since: "0.1.0",
        page: include_str!("healthcheck_asks_admin.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in project.servers.dockerfiles.iter().filter(|file| deployed(&file.file)) {
        for health in file.last_stage().filter(|instruction| instruction.name == "HEALTHCHECK") {
            if let Some(page) = ["/admin", "__debug__", "/silk", "/debug"]
                .iter()
                .find(|page| health.arguments.contains(**page))
            {
                found.at(health.span, Confidence::High, format!("the check asks `{page}`"));
            }
        }
    }
}
