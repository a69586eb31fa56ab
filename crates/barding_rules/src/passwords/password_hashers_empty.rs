//! `password-hashers-empty`: PASSWORD_HASHERS is empty.

use crate::ask::ask;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("password-hashers-empty"),
        title: "PASSWORD_HASHERS is empty",
        severity: Severity::Medium,
        tip: Tip::PasswordHashing,
        cwe: &[1188],
        django_checks: &[],
        consequence: "Nobody can log in or set a password.",
        advice: "Remove the setting; Django's default is good.",
        since: "0.1.0",
        page: include_str!("password_hashers_empty.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let answer =
        ask(settings, |on| on.installs("django.contrib.auth").and(!on.is_truthy("PASSWORD_HASHERS")));
    answer.report(found, settings, "PASSWORD_HASHERS", "leaves PASSWORD_HASHERS empty", &[]);
}
