//! `service-not-confined`: a unit leaves the service every freedom.

use super::scopes::deployed;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("service-not-confined"),
        title: "A unit leaves the service every freedom",
        severity: Severity::Low,
        tip: Tip::Firewall,
        cwe: &[250],
        django_checks: &[],
        consequence: "Whoever breaks into the service may write wherever its account may, and gain rights by programs that have more.",
        advice: "Add `NoNewPrivileges=yes`, `ProtectSystem=strict`, `ProtectHome=yes`, `PrivateTmp=yes` and `ReadWritePaths=` for what it writes; `systemd-analyze security` shows the rest.",
        since: "0.1.0",
        page: include_str!("service_not_confined.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for unit in project.servers.systemd.iter().filter(|unit| deployed(&unit.file)) {
        let serves = unit.last("Service", "ExecStart").filter(|start| {
            ["gunicorn", "uvicorn", "daphne", "uwsgi", "hypercorn", "celery"]
                .iter()
                .any(|server| start.value.contains(server))
        });
        let confines = unit.entries.iter().any(|entry| {
            entry.section == "Service"
                && [
                    "NoNewPrivileges",
                    "Protect",
                    "Private",
                    "CapabilityBoundingSet",
                    "Restrict",
                    "SystemCallFilter",
                    "DynamicUser",
                    "ReadOnlyPaths",
                    "ReadWritePaths",
                    "InaccessiblePaths",
                ]
                .iter()
                .any(|key| entry.key.starts_with(key))
        });
        if let (Some(start), false) = (serves, confines) {
            found.at(start.span, Confidence::Medium, "the unit confines the service in nothing");
        }
    }
}
