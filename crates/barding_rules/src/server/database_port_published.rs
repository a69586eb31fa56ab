//! `database-port-published`: a database or cache is published to the world.

use super::scopes::compose_services;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("database-port-published"),
        title: "A database or cache is published to the world",
        severity: Severity::Critical,
        tip: Tip::Firewall,
        cwe: &[668],
        django_checks: &[],
        consequence: "The service answers on every address of the host; Docker's own rules pass the host's firewall by.",
        advice: "Drop the `ports` (containers of one network reach each other without), or bind to `127.0.0.1`.",
        since: "0.1.0",
        page: include_str!("database_port_published.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for service in compose_services(project) {
        let image = service.image();
        let Some(kind) = data_service(&image) else { continue };
        for (port, place) in service.published() {
            let (severity, confidence) = service.weight(Severity::Critical, Confidence::High);
            found
                .at(
                    place,
                    confidence,
                    format!("{kind} (service `{}`) is published on every address as `{port}`", service.name),
                )
                .severity(severity);
        }
    }
}

/// What an image holds, when it is a store that must not be reached from outside.
fn data_service(image: &str) -> Option<&'static str> {
    let name = image.split('@').next()?.split(':').next()?.rsplit('/').next()?;
    let kinds = [
        (&["postgres", "postgis", "timescaledb", "pgvector", "pgbouncer"][..], "PostgreSQL"),
        (&["mysql", "mariadb", "percona"], "MySQL"),
        (&["mongo", "mongodb"], "MongoDB"),
        (&["redis", "valkey", "redis-stack", "keydb", "dragonfly"], "Redis"),
        (&["memcached"], "memcached"),
        (&["rabbitmq"], "RabbitMQ"),
        (&["elasticsearch", "opensearch"], "the search index"),
        (&["minio"], "the object store"),
    ];
    kinds.iter().find(|(names, _)| names.contains(&name)).map(|(_, kind)| *kind)
}
