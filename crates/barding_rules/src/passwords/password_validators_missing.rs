//! `password-validators-missing`: any password is good enough.

use crate::ask::ask;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("password-validators-missing"),
        title: "Any password is good enough",
        severity: Severity::Medium,
        tip: Tip::PasswordHashing,
        cwe: &[521],
        django_checks: &[],
        consequence: "People choose `12345`, and attackers try it first.",
        advice: "Set `AUTH_PASSWORD_VALIDATORS` as `startproject` does, with a `min_length` of 12.",
        since: "0.1.0",
        page: include_str!("password_validators_missing.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let answer =
        ask(settings, |on| on.installs("django.contrib.auth").and(!on.is_truthy("AUTH_PASSWORD_VALIDATORS")));
    answer.report(
        found,
        settings,
        "AUTH_PASSWORD_VALIDATORS",
        "accepts any password: AUTH_PASSWORD_VALIDATORS is empty",
        &[],
    );
}
