//! `opener-policy-disabled`: windows of other sites may hold on to this one.

use crate::ask::{ask, is_none};
use crate::names;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, Series, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("opener-policy-disabled"),
        title: "Windows of other sites may hold on to this one",
        severity: Severity::Low,
        tip: Tip::LiveSettings,
        cwe: &[346],
        django_checks: &[],
        consequence: "A site that opened this one in a window can navigate it and learn about it.",
        advice: "Leave `SECURE_CROSS_ORIGIN_OPENER_POLICY` at its default `same-origin`, or use `same-origin-allow-popups` for logins in a popup.",
        since: "0.1.0",
        page: include_str!("opener_policy_disabled.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let off = |policy: &Value| is_none(policy).or(policy.equals_text("unsafe-none"));
    let answer = ask(settings, |on| match on.series {
        series if series < Series::V4_0 => Truth::No,
        _ => on.lists(names::SECURITY).and(on.ask("SECURE_CROSS_ORIGIN_OPENER_POLICY", Truth::No, off)),
    });
    answer.report(
        found,
        settings,
        "SECURE_CROSS_ORIGIN_OPENER_POLICY",
        "turns the Cross-Origin-Opener-Policy header off",
        &[],
    );
}
