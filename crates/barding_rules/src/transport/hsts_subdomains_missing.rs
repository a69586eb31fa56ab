//! `hsts-subdomains-missing`: strict-Transport-Security leaves subdomains out.

use crate::ask::ask;
use crate::names;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("hsts-subdomains-missing"),
        title: "Strict-Transport-Security leaves subdomains out",
        severity: Severity::Low,
        tip: Tip::Https,
        cwe: &[319],
        django_checks: &["security.W005"],
        consequence: "A subdomain that answers over plain HTTP can set cookies for the whole domain.",
        advice: "Set `SECURE_HSTS_INCLUDE_SUBDOMAINS = True` once every subdomain speaks HTTPS.",
        since: "0.1.0",
        page: include_str!("hsts_subdomains_missing.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let answer = ask(settings, |on| {
        let hsts = on.lists(names::SECURITY).and(on.is_truthy("SECURE_HSTS_SECONDS"));
        hsts.and(!on.is_true("SECURE_HSTS_INCLUDE_SUBDOMAINS"))
    });
    answer.report(
        found,
        settings,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS",
        "does not set SECURE_HSTS_INCLUDE_SUBDOMAINS to True",
        &["security.W005"],
    );
}
