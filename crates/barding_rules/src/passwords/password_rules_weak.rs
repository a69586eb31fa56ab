//! `password-rules-weak`: the rules for passwords leave gaps.

use crate::ask::{Answer, any_item, ask, ask_at, number_is};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("password-rules-weak"),
        title: "The rules for passwords leave gaps",
        severity: Severity::Low,
        tip: Tip::PasswordHashing,
        cwe: &[521],
        django_checks: &[],
        consequence: "Short or common passwords are accepted.",
        advice: "Keep `MinimumLengthValidator` with at least 8 (better 12) characters and `CommonPasswordValidator`.",
        since: "0.1.0",
        page: include_str!("password_rules_weak.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    const PREFIX: &str = "django.contrib.auth.password_validation.";
    let named = |entry: &Value, class: &str| {
        ask_at(entry, &["NAME"], Truth::No, &|name| match name.text() {
            Some(text) if text.starts_with(PREFIX) => Truth::from(text.strip_prefix(PREFIX) == Some(class)),
            // A validator of the project's own or of a package may ask for the same.
            Some(_) => Truth::Maybe,
            None => Truth::Maybe,
        })
    };
    let lacks = |list: &Value, class: &str| match list.truthiness() {
        Truth::Yes => !any_item(list, |entry| named(entry, class)),
        _ => Truth::No,
    };
    let short = |list: &Value| {
        any_item(list, |entry| {
            named(entry, "MinimumLengthValidator").and(ask_at(
                entry,
                &["OPTIONS", "min_length"],
                Truth::No,
                &|length| number_is(length, |length| length < 8),
            ))
        })
    };
    let similar = |list: &Value| {
        any_item(list, |entry| {
            named(entry, "UserAttributeSimilarityValidator").and(ask_at(
                entry,
                &["OPTIONS", "max_similarity"],
                Truth::No,
                &|most| match most {
                    Value::Float(most) => Truth::from(*most >= 1.0),
                    other => number_is(other, |most| most >= 1),
                },
            ))
        })
    };
    let gaps: [(&str, Answer); 4] = [
        ("passwords may have fewer than 8 characters", ask(settings, |on| on.ask(NAME, Truth::No, short))),
        (
            "there is no rule about length",
            ask(settings, |on| on.ask(NAME, Truth::No, |list| lacks(list, "MinimumLengthValidator"))),
        ),
        (
            "common passwords are accepted",
            ask(settings, |on| on.ask(NAME, Truth::No, |list| lacks(list, "CommonPasswordValidator"))),
        ),
        ("passwords may equal the user's name", ask(settings, |on| on.ask(NAME, Truth::No, similar))),
    ];
    let sure: Vec<&str> =
        gaps.iter().filter(|(_, answer)| *answer == Answer::Sure).map(|(gap, _)| *gap).collect();
    if sure.is_empty() {
        return;
    }
    Answer::Sure.report(
        found,
        settings,
        NAME,
        format!("leaves gaps in AUTH_PASSWORD_VALIDATORS: {}", sure.join(", ")),
        &[],
    );
}

const NAME: &str = "AUTH_PASSWORD_VALIDATORS";
