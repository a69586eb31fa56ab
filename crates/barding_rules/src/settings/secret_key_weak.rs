//! `secret-key-weak`: SECRET_KEY can be guessed.

use crate::ask::{ask, set};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, Series, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("secret-key-weak"),
        title: "SECRET_KEY can be guessed",
        severity: Severity::High,
        tip: Tip::LiveSettings,
        cwe: &[330, 521],
        django_checks: &["security.W009"],
        consequence: "Whoever knows the key signs sessions, password reset links and cookies of their own.",
        advice: "Generate a new key with `barding generate secret-key` and read it from the environment, without a default.",
        since: "0.1.0",
        page: include_str!("secret_key_weak.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let answer = ask(settings, |on| on.ask("SECRET_KEY", Truth::Yes, |key| weak(key, on.series)));
    let says = match set(settings, "SECRET_KEY").map(|set| &set.value) {
        None => "does not set SECRET_KEY".to_owned(),
        Some(Value::Text(key)) => format!("uses a SECRET_KEY that {}", flaw(key)),
        Some(_) => "uses a SECRET_KEY that can be guessed".to_owned(),
    };
    answer.report(found, settings, "SECRET_KEY", says, &["security.W009"]);
}

/// The prefix of keys that `startproject` writes since Django 3.2.
const INSECURE: &str = "django-insecure-";

fn weak(key: &Value, series: Series) -> Truth {
    match key {
        Value::Text(key) => {
            let marked = series >= Series::V3_2 && key.starts_with(INSECURE);
            Truth::from(marked || key.chars().count() < 50 || different(key) < 5)
        }
        Value::None => Truth::Yes,
        Value::Bytes(bytes) if bytes.is_empty() => Truth::Yes,
        _ => Truth::Maybe,
    }
}

fn flaw(key: &str) -> String {
    match key.chars().count() {
        0 => "is empty".to_owned(),
        _ if key.starts_with(INSECURE) => "was made for development".to_owned(),
        length if length < 50 => format!("has {length} characters instead of 50"),
        _ => format!("has only {} different characters", different(key)),
    }
}

fn different(key: &str) -> usize {
    key.chars().collect::<std::collections::BTreeSet<_>>().len()
}
