//! `ssl-redirect-missing`: plain HTTP is not redirected to HTTPS.

use crate::ask::ask;
use crate::names;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::{Layer, Project, SettingsModule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("ssl-redirect-missing"),
        title: "Plain HTTP is not redirected to HTTPS",
        severity: Severity::Medium,
        tip: Tip::Https,
        cwe: &[319, 311],
        django_checks: &["security.W008"],
        consequence: "Whoever types the address without https talks in clear text: passwords and session cookies can be read on the way.",
        advice: "Set `SECURE_SSL_REDIRECT = True`, or let the server in front redirect and say so in its configuration.",
        since: "0.1.0",
        page: include_str!("ssl_redirect_missing.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, project: &Project, found: &mut Findings<'_>) {
    let said = project.deployment.redirects_to_https;
    if said.is_some_and(Layer::is_in_front) {
        return;
    }
    let answer = ask(settings, |on| on.lists(names::SECURITY).and(!on.is_true("SECURE_SSL_REDIRECT")));
    let says = "does not redirect plain HTTP to HTTPS: SECURE_SSL_REDIRECT is not True";
    if let Some(finding) = answer.report(found, settings, "SECURE_SSL_REDIRECT", says, &["security.W008"]) {
        // The server in front may redirect, which settings do not show, but the configuration may.
        if said.is_none() {
            finding.confidence = finding.confidence.min(Confidence::Medium);
        }
    }
}
