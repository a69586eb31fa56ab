//! `session-lives-long`: sessions live for months.

use crate::ask::{ask, number_is};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("session-lives-long"),
        title: "Sessions live for months",
        severity: Severity::Low,
        tip: Tip::LiveSettings,
        cwe: &[613],
        django_checks: &[],
        consequence: "A stolen session works for as long.",
        advice: "Set `SESSION_COOKIE_AGE` to two weeks or less; 1209600 is the default.",
        since: "0.1.0",
        page: include_str!("session_lives_long.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let answer = ask(settings, |on| {
        let ends_early = on.is_truthy("SESSION_EXPIRE_AT_BROWSER_CLOSE");
        on.ask("SESSION_COOKIE_AGE", Truth::No, |value| number_is(value, |age| age > 2_592_000))
            .and(!ends_early)
    });
    answer.report(found, settings, "SESSION_COOKIE_AGE", "lets sessions live longer than 30 days", &[]);
}
