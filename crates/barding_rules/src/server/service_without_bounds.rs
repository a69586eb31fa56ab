//! `service-without-bounds`: nothing bounds what a container may take and do.

use super::scopes::compose_services;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("service-without-bounds"),
        title: "Nothing bounds what a container may take and do",
        severity: Severity::Info,
        tip: Tip::LiveSettings,
        cwe: &[770],
        django_checks: &[],
        consequence: "One process that runs wild takes the machine with it, and one that is broken into keeps every capability of Docker.",
        advice: "Set `mem_limit` or `deploy.resources`, `read_only: true`, `cap_drop: [ALL]` and `security_opt: [no-new-privileges:true]`.",
        since: "0.1.0",
        page: include_str!("service_without_bounds.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    const BOUNDS: &[&str] =
        &["mem_limit", "cpus", "pids_limit", "read_only", "cap_drop", "security_opt", "extends"];
    for service in compose_services(project).iter().filter(|service| !service.for_development) {
        let is_bound = BOUNDS.iter().any(|key| service.node.get(key).is_some())
            || service.node.at(&["deploy", "resources"]).is_some();
        if let (true, false, Some(build)) =
            (service.builds() && service.serves_for_certain(), is_bound, service.node.get("build"))
        {
            found.at(
                build.span,
                Confidence::High,
                format!("service `{}` sets no bound at all", service.name),
            );
        }
    }
}
