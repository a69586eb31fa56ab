//! `admin-tool-published`: a tool for administrators is published.

use super::scopes::compose_services;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("admin-tool-published"),
        title: "A tool for administrators is published",
        severity: Severity::High,
        tip: Tip::Firewall,
        cwe: &[306],
        django_checks: &[],
        consequence: "Database consoles, mail catchers and task monitors answer everybody, often without a password.",
        advice: "Bind it to `127.0.0.1`, or put it into a profile for developers.",
        since: "0.1.0",
        page: include_str!("admin_tool_published.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for service in compose_services(project) {
        let image = service.image();
        let name = image
            .split('@')
            .next()
            .and_then(|name| name.split(':').next())
            .and_then(|name| name.rsplit('/').next());
        let tools = [
            "adminer",
            "phpmyadmin",
            "pgadmin4",
            "mongo-express",
            "redis-commander",
            "redisinsight",
            "flower",
            "mailhog",
            "mailpit",
            "portainer-ce",
            "portainer",
            "dozzle",
        ];
        let Some(tool) = tools.into_iter().find(|tool| name == Some(*tool)) else { continue };
        // A profile is started only by who names it.
        if service.node.get("profiles").is_some() {
            continue;
        }
        for (port, place) in service.published() {
            let (severity, confidence) = service.weight(Severity::High, Confidence::Medium);
            let message =
                format!("{tool} (service `{}`) is published on every address as `{port}`", service.name);
            found.at(place, confidence, message).severity(severity);
        }
    }
}
