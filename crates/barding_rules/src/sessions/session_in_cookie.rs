//! `session-in-cookie`: sessions live in the visitor's cookie.

use crate::ask::ask;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("session-in-cookie"),
        title: "Sessions live in the visitor's cookie",
        severity: Severity::Low,
        tip: Tip::LiveSettings,
        cwe: &[565, 613],
        django_checks: &[],
        consequence: "Visitors can read their session, and logging out does not end a copied one.",
        advice: "Use `django.contrib.sessions.backends.db` or `cached_db`.",
        since: "0.1.0",
        page: include_str!("session_in_cookie.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let answer =
        ask(settings, |on| on.equals("SESSION_ENGINE", "django.contrib.sessions.backends.signed_cookies"));
    answer.report(found, settings, "SESSION_ENGINE", "keeps sessions in signed cookies", &[]);
}
