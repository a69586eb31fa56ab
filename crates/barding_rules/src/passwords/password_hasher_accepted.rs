//! `password-hasher-accepted`: passwords stored with a fast hash are still accepted.

use crate::ask::{ask, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::django::hashers::{Strength, hasher_at};
use barding_project::{Project, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("password-hasher-accepted"),
        title: "Passwords stored with a fast hash are still accepted",
        severity: Severity::Low,
        tip: Tip::PasswordHashing,
        cwe: &[916],
        django_checks: &[],
        consequence: "Old hashes in the user table stay easy to guess until their owners log in.",
        advice: "Re-hash the old entries (wrap them in PBKDF2 with a data migration) and take the hasher out of the list.",
        since: "0.1.0",
        page: include_str!("password_hasher_accepted.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let later = |value: &Value| match value.items() {
        Some([_, later @ ..]) => later
            .iter()
            .map(|item| {
                text_is(item, |path| {
                    hasher_at(path).is_some_and(|hasher| hasher.strength == Strength::Broken)
                })
            })
            .fold(Truth::No, Truth::or),
        Some([]) => Truth::No,
        None => Truth::Maybe,
    };
    let answer = ask(settings, |on| on.ask("PASSWORD_HASHERS", Truth::No, later));
    answer.report(
        found,
        settings,
        "PASSWORD_HASHERS",
        "still accepts passwords stored with a fast hash",
        &[],
    );
}
