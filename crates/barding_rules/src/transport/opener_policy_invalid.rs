//! `opener-policy-invalid`: SECURE_CROSS_ORIGIN_OPENER_POLICY is no policy.

use crate::ask::ask;
use crate::names;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, Series, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("opener-policy-invalid"),
        title: "SECURE_CROSS_ORIGIN_OPENER_POLICY is no policy",
        severity: Severity::Low,
        tip: Tip::LiveSettings,
        cwe: &[346],
        django_checks: &["security.E024"],
        consequence: "Browsers ignore a header they do not understand, and `manage.py check` fails.",
        advice: "Use `same-origin`, `same-origin-allow-popups` or `unsafe-none`.",
        since: "0.1.0",
        page: include_str!("opener_policy_invalid.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    const POLICIES: &[&str] = &["same-origin", "same-origin-allow-popups", "unsafe-none"];
    let invalid = |policy: &Value| match policy {
        Value::None => Truth::No,
        Value::Text(text) => Truth::from(!POLICIES.contains(&&**text)),
        Value::Bool(_) | Value::Int(_) => Truth::Yes,
        _ => Truth::Maybe,
    };
    let answer = ask(settings, |on| match on.series {
        series if series < Series::V4_0 => Truth::No,
        _ => on.lists(names::SECURITY).and(on.ask("SECURE_CROSS_ORIGIN_OPENER_POLICY", Truth::No, invalid)),
    });
    let says = "sets a SECURE_CROSS_ORIGIN_OPENER_POLICY that no browser knows";
    answer.report(found, settings, "SECURE_CROSS_ORIGIN_OPENER_POLICY", says, &["security.E024"]);
}
