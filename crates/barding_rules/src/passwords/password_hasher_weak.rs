//! `password-hasher-weak`: new passwords are stored with a fast hash.

use crate::ask::{ask, set, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::django::hashers::{Strength, hasher_at};
use barding_project::{Project, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("password-hasher-weak"),
        title: "New passwords are stored with a fast hash",
        severity: Severity::Critical,
        tip: Tip::PasswordHashing,
        cwe: &[916, 328],
        django_checks: &[],
        consequence: "Who gets hold of the user table knows most passwords within hours.",
        advice: "Put Argon2 or Django's default PBKDF2 first in `PASSWORD_HASHERS`; fast hashers belong into test settings only.",
        since: "0.1.0",
        page: include_str!("password_hasher_weak.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let first = |value: &Value, strength: Strength| match value.items() {
        Some([first, ..]) => {
            text_is(first, |path| hasher_at(path).is_some_and(|hasher| hasher.strength == strength))
        }
        Some([]) => Truth::No,
        None => Truth::Maybe,
    };
    let flaw = || {
        let path = set(settings, NAME).and_then(|set| set.value.items()?.first()?.text());
        path.and_then(hasher_at)
            .map_or(String::new(), |hasher| format!(": {} is {}", hasher.class, hasher.flaw))
    };
    let broken = ask(settings, |on| on.ask(NAME, Truth::No, |value| first(value, Strength::Broken)));
    if broken
        .report(found, settings, NAME, format!("stores new passwords with a fast hash{}", flaw()), &[])
        .is_some()
    {
        return;
    }
    let dated = ask(settings, |on| on.ask(NAME, Truth::No, |value| first(value, Strength::Dated)));
    let says = "stores new passwords with a hasher that has a better sibling";
    if let Some(finding) = dated.report(found, settings, NAME, says, &[]) {
        finding.severity(Severity::Low);
    }
}

const NAME: &str = "PASSWORD_HASHERS";
