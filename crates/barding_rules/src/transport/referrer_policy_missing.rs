//! `referrer-policy-missing`: no Referrer-Policy header is sent.

use crate::ask::ask;
use crate::names;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, Series, SettingsModule, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("referrer-policy-missing"),
        title: "No Referrer-Policy header is sent",
        severity: Severity::Low,
        tip: Tip::LiveSettings,
        cwe: &[200],
        django_checks: &["security.W022"],
        consequence: "Addresses with tokens or personal data in them reach other sites as the referrer.",
        advice: "Set `SECURE_REFERRER_POLICY = \"same-origin\"`, the default since Django 3.1.",
        since: "0.1.0",
        page: include_str!("referrer_policy_missing.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let answer = ask(settings, |on| match on.series {
        series if series < Series::V3_0 => Truth::No,
        _ => on.lists(names::SECURITY).and(on.is_none("SECURE_REFERRER_POLICY")),
    });
    answer.report(
        found,
        settings,
        "SECURE_REFERRER_POLICY",
        "sends no Referrer-Policy header",
        &["security.W022"],
    );
}
