//! `docker-socket-mounted`: a container holds the Docker socket.

use super::scopes::compose_services;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::servers::yaml::Node;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("docker-socket-mounted"),
        title: "A container holds the Docker socket",
        severity: Severity::High,
        tip: Tip::Firewall,
        cwe: &[250],
        django_checks: &[],
        consequence: "Whoever runs code in the container starts another one as root of the host.",
        advice: "Drop the mount; where a proxy needs it, put a read-only socket proxy between.",
        since: "0.1.0",
        page: include_str!("docker_socket_mounted.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for service in compose_services(project) {
        for item in service.node.get("volumes").map(Node::items).unwrap_or_default() {
            let source = item.text().or_else(|| item.get("source").and_then(Node::text)).unwrap_or_default();
            if source.split(':').next().is_some_and(|path| path.ends_with("/docker.sock")) {
                let (severity, confidence) = service.weight(Severity::High, Confidence::High);
                let message = format!("Service `{}` holds the Docker socket", service.name);
                found.at(item.span, confidence, message).severity(severity);
            }
        }
    }
}
