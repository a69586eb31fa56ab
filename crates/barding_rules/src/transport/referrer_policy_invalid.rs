//! `referrer-policy-invalid`: SECURE_REFERRER_POLICY is no policy.

use crate::ask::{any_item, ask, text_is};
use crate::names;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, Series, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("referrer-policy-invalid"),
        title: "SECURE_REFERRER_POLICY is no policy",
        severity: Severity::Medium,
        tip: Tip::LiveSettings,
        cwe: &[200],
        django_checks: &["security.E023"],
        consequence: "Browsers ignore a header they do not understand, and `manage.py check` fails.",
        advice: "Use one or more of no-referrer, no-referrer-when-downgrade, origin, origin-when-cross-origin, same-origin, strict-origin, strict-origin-when-cross-origin and unsafe-url.",
        since: "0.1.0",
        page: include_str!("referrer_policy_invalid.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let answer = ask(settings, |on| match on.series {
        series if series < Series::V3_0 => Truth::No,
        _ => on.lists(names::SECURITY).and(on.ask("SECURE_REFERRER_POLICY", Truth::No, invalid)),
    });
    answer.report(
        found,
        settings,
        "SECURE_REFERRER_POLICY",
        "sets a SECURE_REFERRER_POLICY that no browser knows",
        &["security.E023"],
    );
}

const POLICIES: &[&str] = &[
    "no-referrer",
    "no-referrer-when-downgrade",
    "origin",
    "origin-when-cross-origin",
    "same-origin",
    "strict-origin",
    "strict-origin-when-cross-origin",
    "unsafe-url",
];

fn invalid(policy: &Value) -> Truth {
    match policy {
        Value::None => Truth::No,
        Value::Text(text) => Truth::from(text.split(',').any(|part| !POLICIES.contains(&part.trim()))),
        value => any_item(value, |item| text_is(item, |text| !POLICIES.contains(&text))),
    }
}
