//! `probe-without-host`: a probe asks for a host that Django refuses.

use super::scopes::pods;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, Evidence, Role, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::Truth;
use barding_project::servers::yaml::Node;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("probe-without-host"),
        title: "A probe asks for a host that Django refuses",
        severity: Severity::Low,
        tip: Tip::HostHeader,
        cwe: &[644],
        django_checks: &[],
        consequence: "The probe gets 400, the pod never becomes ready, and people then allow every host.",
        advice: "Say the name in the probe: `httpHeaders: [{name: Host, value: shop.example}]`.",
        since: "0.1.0",
        page: include_str!("probe_without_host.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    let strict = project.settings.iter().find(|settings| {
        let hosts = settings.get("ALLOWED_HOSTS").value().and_then(barding_project::Value::items);
        let known = hosts.is_some_and(|hosts| {
            !hosts.is_empty()
                && hosts
                    .iter()
                    .all(|host| host.text().is_some_and(|host| host.contains('.') && !host.contains('*')))
        });
        settings.is_judged() && known && settings.contains("ALLOWED_HOSTS", "*") == Truth::No
    });
    let Some(settings) = strict else { return };
    for pod in pods(project) {
        for container in pod.containers() {
            for probe in ["livenessProbe", "readinessProbe", "startupProbe"]
                .iter()
                .filter_map(|name| container.get(name))
            {
                let Some(get) = probe.get("httpGet") else { continue };
                let headers = get.get("httpHeaders").map(Node::items).unwrap_or_default();
                let names_host = headers.iter().any(|header| {
                    header
                        .get("name")
                        .and_then(Node::text)
                        .is_some_and(|name| name.eq_ignore_ascii_case("Host"))
                });
                if !names_host && get.get("host").is_none() {
                    found
                        .at(probe.span, Confidence::Medium, "the probe asks by the address of the pod")
                        .because([Evidence::at(
                            Role::Defined,
                            settings.place("ALLOWED_HOSTS"),
                            "the names that are allowed",
                        )]);
                }
            }
        }
    }
}
