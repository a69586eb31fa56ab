//! `csrf-cookie-insecure`: the CSRF cookie also travels over plain HTTP.

use crate::ask::ask;
use crate::names;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, Series, SettingsModule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("csrf-cookie-insecure"),
        title: "The CSRF cookie also travels over plain HTTP",
        severity: Severity::Medium,
        tip: Tip::Https,
        cwe: &[614],
        django_checks: &["security.W016"],
        consequence: "Whoever listens to one plain request learns the token and can forge requests.",
        advice: "Set `CSRF_COOKIE_SECURE = True`.",
        since: "0.1.0",
        page: include_str!("csrf_cookie_insecure.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let answer = ask(settings, |on| {
        let off = if on.series < Series::V4_1 { !on.is_truthy(NAME) } else { !on.is_true(NAME) };
        on.lists(names::CSRF).and(!on.is_truthy("CSRF_USE_SESSIONS")).and(off)
    });
    let says = "sends the CSRF cookie over plain HTTP as well: CSRF_COOKIE_SECURE is not True";
    answer.report(found, settings, NAME, says, &["security.W016"]);
}

const NAME: &str = "CSRF_COOKIE_SECURE";
