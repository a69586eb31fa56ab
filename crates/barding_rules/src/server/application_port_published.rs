//! `application-port-published`: the application server is published beside its proxy.

use super::scopes::compose_services;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("application-port-published"),
        title: "The application server is published beside its proxy",
        severity: Severity::High,
        tip: Tip::Firewall,
        cwe: &[668],
        django_checks: &[],
        consequence: "Clients talk to gunicorn itself: no TLS, and they write the headers that Django trusts from the proxy.",
        advice: "Replace `ports` by `expose`; the proxy reaches the service over their network.",
        since: "0.1.0",
        page: include_str!("application_port_published.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    let services = compose_services(project);
    for service in services.iter().filter(|service| !service.for_development) {
        let proxied = services.iter().any(|other| other.file == service.file && is_proxy(&other.image()));
        if !proxied || is_proxy(&service.image()) {
            continue;
        }
        for (port, place) in service.published() {
            let container = port.rsplit(':').next().unwrap_or_default();
            if matches!(container, "8000" | "8001" | "8080" | "5000" | "9000") && service.builds() {
                found.at(
                    place,
                    Confidence::Medium,
                    format!(
                        "service `{}` is published as `{port}` although a proxy stands beside it",
                        service.name
                    ),
                );
            }
        }
    }
}

fn is_proxy(image: &str) -> bool {
    let name = image.split(':').next().unwrap_or_default().rsplit('/').next().unwrap_or_default();
    matches!(
        name,
        "nginx" | "caddy" | "traefik" | "httpd" | "haproxy" | "envoy" | "nginx-proxy" | "openresty" | "swag"
    )
}
