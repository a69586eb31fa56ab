//! `caddy-any-host`: Caddy passes every Host to Django.

use super::scopes::{caddy_files, tls_ends_before, visit};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("caddy-any-host"),
        title: "Caddy passes every Host to Django",
        severity: Severity::Medium,
        tip: Tip::HostHeader,
        cwe: &[644],
        django_checks: &[],
        consequence: "Safety rests on ALLOWED_HOSTS alone; where that allows too much, links in mails and caches can be poisoned.",
        advice: "Name the sites; give other names no answer: `http:// { abort }`.",
        since: "0.1.0",
        page: include_str!("caddy_any_host.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in caddy_files(project) {
        for site in file.directives.iter().filter(|site| site.block.is_some() && !site.name.is_empty()) {
            let addresses = std::iter::once(&site.name).chain(&site.arguments);
            let open = addresses
                .map(String::as_str)
                .find(|address| matches!(*address, ":443" | ":80" | "https://" | "http://" | "*"));
            let Some(address) = open else { continue };
            let mut pass = None;
            visit(site, &mut |line| {
                if line.name == "reverse_proxy" && pass.is_none() {
                    pass = Some(line.span);
                }
            });
            if let Some(span) = pass {
                let confidence = if tls_ends_before(project) { Confidence::Low } else { Confidence::Medium };
                found.at(span, confidence, format!("`{address}` passes requests of every Host to Django"));
            }
        }
    }
}
