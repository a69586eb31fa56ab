//! `forwarded-host-trusted`: A request header decides the host name.

use crate::ask::{Answer, ask, story};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("forwarded-host-trusted"),
        title: "A request header decides the host name",
        severity: Severity::Low,
        tip: Tip::HostHeader,
        cwe: &[348, 644],
        django_checks: &[],
        consequence: "Where no proxy overwrites the header, a client chooses the host in absolute links; ALLOWED_HOSTS is then the only limit.",
        advice: "Set it only behind a proxy that overwrites the header, and keep `ALLOWED_HOSTS` exact.",
        since: "0.1.0",
        page: include_str!("forwarded_host_trusted.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, project: &Project, found: &mut Findings<'_>) {
    for (name, header) in
        [("USE_X_FORWARDED_HOST", "X-Forwarded-Host"), ("USE_X_FORWARDED_PORT", "X-Forwarded-Port")]
    {
        if project.deployment.strips(header) {
            continue;
        }
        let answer = ask(settings, |on| on.is_truthy(name));
        let open_hosts = ask(settings, |on| on.contains("ALLOWED_HOSTS", "*"));
        let says = format!(
            "takes the address of the site from {header}; nothing here shows a proxy that overwrites it"
        );
        if let Some(finding) = answer.report(found, settings, name, says, &[]) {
            finding.confidence = Confidence::Low;
            if name == "USE_X_FORWARDED_HOST" && open_hosts == Answer::Sure {
                finding.severity(Severity::Medium);
                finding.because(story(settings, "ALLOWED_HOSTS"));
            }
        }
    }
}
