//! `hsts-too-short`: strict-Transport-Security is forgotten too soon.

use crate::ask::{ask, number_is};
use crate::names;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("hsts-too-short"),
        title: "Strict-Transport-Security is forgotten too soon",
        severity: Severity::Low,
        tip: Tip::Https,
        cwe: &[319],
        django_checks: &[],
        consequence: "A visitor who comes back after that time is open to the same attack as on the first visit.",
        advice: "Raise `SECURE_HSTS_SECONDS` to 31536000 (one year) once HTTPS is known to work everywhere.",
        since: "0.1.0",
        page: include_str!("hsts_too_short.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    /// 30 days.
    const SHORTEST: i64 = 2_592_000;
    let short = |value: &Value| number_is(value, |seconds| seconds > 0 && seconds < SHORTEST);
    let answer =
        ask(settings, |on| on.lists(names::SECURITY).and(on.ask("SECURE_HSTS_SECONDS", Truth::No, short)));
    let says = "lets browsers forget Strict-Transport-Security in less than 30 days";
    answer.report(found, settings, "SECURE_HSTS_SECONDS", says, &[]);
}
