//! `service-runs-as-root`: the unit runs the site as root.

use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("service-runs-as-root"),
        title: "The unit runs the site as root",
        severity: Severity::High,
        tip: Tip::Firewall,
        cwe: &[250],
        django_checks: &[],
        consequence: "A break-in owns the machine at once.",
        advice: "Add `User=` (or `DynamicUser=yes`) to the unit.",
        since: "0.1.0",
        page: include_str!("service_runs_as_root.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for unit in project.servers.systemd.iter().filter(|unit| super::scopes::deployed(&unit.file)) {
        let Some(start) = unit.last("Service", "ExecStart") else { continue };
        let serves = ["gunicorn", "uvicorn", "daphne", "uwsgi", "celery", "manage.py", "hypercorn"]
            .iter()
            .any(|word| start.value.contains(word));
        let user = unit.last("Service", "User");
        let dynamic = unit
            .last("Service", "DynamicUser")
            .is_some_and(|entry| matches!(entry.value.as_str(), "yes" | "true" | "1" | "on"));
        let own_manager = unit.file.path.as_str().contains("/user/");
        if !serves || dynamic || own_manager || start.value.contains("--user") {
            continue;
        }
        match user {
            Some(user) if user.value == "root" => {
                found.at(user.span, Confidence::High, "the unit says `User=root`");
            }
            None => {
                found.at(start.span, Confidence::High, "the unit names no `User=`, so it runs as root");
            }
            Some(_) => {}
        }
    }
}
