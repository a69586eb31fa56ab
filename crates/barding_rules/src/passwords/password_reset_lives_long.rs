//! `password-reset-lives-long`: password reset links live for days.

use crate::ask::{ask, number_is};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, Series, SettingsModule, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("password-reset-lives-long"),
        title: "Password reset links live for days",
        severity: Severity::Low,
        tip: Tip::PasswordHashing,
        cwe: &[640, 613],
        django_checks: &[],
        consequence: "A link in an old mailbox or a forwarded mail opens the account.",
        advice: "Set `PASSWORD_RESET_TIMEOUT` to some hours; 259200 (three days) is Django's default.",
        since: "0.1.0",
        page: include_str!("password_reset_lives_long.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let seconds = ask(settings, |on| {
        on.ask("PASSWORD_RESET_TIMEOUT", Truth::No, |value| number_is(value, |most| most > 259_200))
    });
    let says = "lets password reset links live longer than three days";
    seconds.report(found, settings, "PASSWORD_RESET_TIMEOUT", says, &[]);
    let days = ask(settings, |on| match on.series {
        series if series >= Series::V4_0 => Truth::No,
        _ => on.ask("PASSWORD_RESET_TIMEOUT_DAYS", Truth::No, |value| number_is(value, |most| most > 3)),
    });
    days.report(found, settings, "PASSWORD_RESET_TIMEOUT_DAYS", says, &[]);
}
