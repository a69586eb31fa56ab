//! `privileged-container`: a container may take over its host.

use super::scopes::compose_services;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("privileged-container"),
        title: "A container may take over its host",
        severity: Severity::High,
        tip: Tip::Firewall,
        cwe: &[250],
        django_checks: &[],
        consequence: "Whoever breaks into the container owns the machine.",
        advice: "Drop `privileged`, host namespaces, broad capabilities and the Docker socket.",
        since: "0.1.0",
        page: include_str!("privileged_container.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for service in compose_services(project).iter().filter(|service| !service.for_development) {
        let node = service.node;
        let says = |key: &str, word: &str| node.get(key).filter(|value| value.text() == Some(word));
        if let Some(place) =
            says("privileged", "true").or(says("network_mode", "host")).or(says("pid", "host"))
        {
            found.at(
                place.span,
                Confidence::High,
                format!("service `{}` shares its host's powers", service.name),
            );
        }
        for capability in node.get("cap_add").map(|list| list.items()).unwrap_or_default() {
            if matches!(
                capability.text(),
                Some("ALL" | "SYS_ADMIN" | "NET_ADMIN" | "SYS_PTRACE" | "SYS_MODULE")
            ) {
                found.at(
                    capability.span,
                    Confidence::High,
                    format!("service `{}` gets a capability that leads out of the container", service.name),
                );
            }
        }
        for volume in node.get("volumes").map(|list| list.items()).unwrap_or_default() {
            let source = volume
                .text()
                .or_else(|| volume.get("source").and_then(|source| source.text()))
                .unwrap_or_default();
            let read_only_proxy = service.image().contains("socket-proxy");
            if source.split(':').next().is_some_and(|path| path.ends_with("docker.sock")) && !read_only_proxy
            {
                found.at(
                    volume.span,
                    Confidence::High,
                    format!("service `{}` gets the Docker socket, which is root on the host", service.name),
                );
            }
        }
    }
}
