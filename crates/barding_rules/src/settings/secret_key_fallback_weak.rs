//! `secret-key-fallback-weak`: an old key that still counts can be guessed.

use crate::ask::{any_item, ask};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, Series, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("secret-key-fallback-weak"),
        title: "An old key that still counts can be guessed",
        severity: Severity::High,
        tip: Tip::LiveSettings,
        cwe: &[330],
        django_checks: &["security.W025"],
        consequence: "Signatures made with an old key are accepted as well.",
        advice: "Remove the entry from `SECRET_KEY_FALLBACKS`; it is for the days of a rotation only.",
        since: "0.1.0",
        page: include_str!("secret_key_fallback_weak.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let weak = |value: &Value| {
        any_item(value, |item| match item {
            Value::Text(key) => {
                let different = key.chars().collect::<std::collections::BTreeSet<_>>().len();
                Truth::from(key.starts_with("django-insecure-") || key.chars().count() < 50 || different < 5)
            }
            Value::None => Truth::Yes,
            Value::Env(_) | Value::Unknown(_) | Value::Call(_) | Value::Rest(_) => Truth::Maybe,
            _ => Truth::No,
        })
    };
    let answer = ask(settings, |on| match on.series {
        series if series < Series::V4_1 => Truth::No,
        _ => on.ask("SECRET_KEY_FALLBACKS", Truth::No, weak),
    });
    answer.report(
        found,
        settings,
        "SECRET_KEY_FALLBACKS",
        "still accepts an old key that can be guessed",
        &["security.W025"],
    );
}
