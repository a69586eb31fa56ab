//! `proxy-ssl-header-trusted`: A request header decides whether a request counts as HTTPS.

use crate::ask::{ask, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::{Layer, Project, SettingsModule, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("proxy-ssl-header-trusted"),
        title: "A request header decides whether a request counts as HTTPS",
        severity: Severity::Low,
        tip: Tip::Https,
        cwe: &[348, 290],
        django_checks: &[],
        consequence: "Where no proxy strips the header, a client that sends it over plain HTTP passes for secure: no redirect, and the CSRF check trusts it.",
        advice: "Make sure that the proxy in front sets or strips this header on every request, and that the application cannot be reached past it.",
        since: "0.1.0",
        page: include_str!("proxy_ssl_header_trusted.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, project: &Project, found: &mut Findings<'_>) {
    let deployment = &project.deployment;
    let answer = ask(settings, |on| {
        on.ask("SECURE_PROXY_SSL_HEADER", Truth::No, |header| match header.items() {
            Some([name, _]) => text_is(name, |name| name.starts_with("HTTP_") && !deployment.strips(name)),
            Some(_) => Truth::No,
            None => Truth::Maybe,
        })
    });
    let says =
        "believes a request header about HTTPS; nothing here shows a proxy that strips it from clients";
    if let Some(finding) = answer.report(found, settings, "SECURE_PROXY_SSL_HEADER", says, &[]) {
        // Where TLS ends at Django itself, no proxy is there to strip it.
        let no_proxy = deployment.tls_ends_at == Some(Layer::Django);
        finding.confidence = if no_proxy { finding.confidence } else { Confidence::Low };
    }
}
