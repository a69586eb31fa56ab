//! `token-lives-long`: tokens live long.

use crate::ask::{ask, ask_at};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::value::CallValue;
use barding_project::{Project, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("token-lives-long"),
        title: "Tokens live long",
        severity: Severity::Low,
        tip: Tip::LiveSettings,
        cwe: &[613],
        django_checks: &[],
        consequence: "A stolen access token cannot be called back before it ends.",
        advice: "Let access tokens live for minutes and refresh tokens for days.",
        since: "0.1.0",
        page: include_str!("token_lives_long.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let longer = |value: &Value, most: f64| match value {
        Value::Call(call) if call.callee.ends_with("timedelta") => {
            seconds(call).map_or(Truth::Maybe, |length| Truth::from(length > most))
        }
        Value::Env(_) | Value::Unknown(_) | Value::Call(_) | Value::Rest(_) | Value::OneOf(_) => Truth::Maybe,
        _ => Truth::No,
    };
    for (key, most, words, severity) in [
        ("ACCESS_TOKEN_LIFETIME", 86_400.0, "lets access tokens live longer than a day", Severity::Medium),
        ("ACCESS_TOKEN_LIFETIME", 3_600.0, "lets access tokens live longer than an hour", Severity::Low),
        (
            "REFRESH_TOKEN_LIFETIME",
            2_592_000.0,
            "lets refresh tokens live longer than 30 days",
            Severity::Low,
        ),
    ] {
        let answer = ask(settings, |on| {
            on.ask("SIMPLE_JWT", Truth::No, |jwt| {
                ask_at(jwt, &[key], Truth::No, &|value| longer(value, most))
            })
        });
        if let Some(finding) = answer.report(found, settings, "SIMPLE_JWT", words, &[]) {
            finding.severity(severity);
            return;
        }
    }
}

/// How long a `timedelta(…)` is, where its arguments are plain numbers.
fn seconds(call: &CallValue) -> Option<f64> {
    const UNITS: [(&str, f64); 7] = [
        ("days", 86_400.0),
        ("seconds", 1.0),
        ("microseconds", 1e-6),
        ("milliseconds", 1e-3),
        ("minutes", 60.0),
        ("hours", 3_600.0),
        ("weeks", 604_800.0),
    ];
    let number = |value: &Value| match value {
        Value::Int(number) => Some(*number as f64),
        Value::Float(number) => Some(*number),
        _ => None,
    };
    let mut total = 0.0;
    for (value, (_, unit)) in call.arguments.iter().zip(UNITS) {
        total += number(value)? * unit;
    }
    for (name, value) in &call.keywords {
        let (_, unit) = UNITS.iter().find(|(unit, _)| *unit == &**name)?;
        total += number(value)? * unit;
    }
    Some(total)
}
