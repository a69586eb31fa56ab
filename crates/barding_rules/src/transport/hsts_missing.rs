//! `hsts-missing`: no Strict-Transport-Security header is sent.

use crate::ask::ask;
use crate::names;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::{Layer, Project, SettingsModule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("hsts-missing"),
        title: "No Strict-Transport-Security header is sent",
        severity: Severity::Medium,
        tip: Tip::Https,
        cwe: &[319, 523],
        django_checks: &["security.W004"],
        consequence: "A browser keeps trying plain HTTP first, and an attacker on the way can keep it there.",
        advice: "Set `SECURE_HSTS_SECONDS = 3600`, look that all works over HTTPS, then raise it to 31536000.",
        since: "0.1.0",
        page: include_str!("hsts_missing.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, project: &Project, found: &mut Findings<'_>) {
    let said = project.deployment.sends_hsts;
    if said.is_some_and(Layer::is_in_front) {
        return;
    }
    let answer = ask(settings, |on| on.lists(names::SECURITY).and(!on.is_truthy("SECURE_HSTS_SECONDS")));
    let says = "sends no Strict-Transport-Security header: SECURE_HSTS_SECONDS is not set or zero";
    if let Some(finding) = answer.report(found, settings, "SECURE_HSTS_SECONDS", says, &["security.W004"]) {
        // The server in front may send the header, which settings do not show, but the configuration may.
        if said.is_none() {
            finding.confidence = finding.confidence.min(Confidence::Medium);
        }
    }
}
