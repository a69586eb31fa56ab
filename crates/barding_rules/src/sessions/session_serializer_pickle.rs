//! `session-serializer-pickle`: sessions are pickles.

use crate::ask::{ask, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("session-serializer-pickle"),
        title: "Sessions are pickles",
        severity: Severity::Critical,
        tip: Tip::LiveSettings,
        cwe: &[502],
        django_checks: &[],
        consequence: "Who can write a session (a leaked SECRET_KEY, a shared cache or database) runs code on the server.",
        advice: "Remove `SESSION_SERIALIZER`; the default is JSON. Store what JSON cannot hold as text.",
        since: "0.1.0",
        page: include_str!("session_serializer_pickle.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let answer = ask(settings, |on| {
        on.ask("SESSION_SERIALIZER", Truth::No, |value| {
            text_is(value, |path| path.to_ascii_lowercase().contains("pickle"))
        })
    });
    let in_cookie =
        ask(settings, |on| on.equals("SESSION_ENGINE", "django.contrib.sessions.backends.signed_cookies"))
            .holds();
    if let Some(finding) =
        answer.report(found, settings, "SESSION_SERIALIZER", "stores sessions as pickles", &[])
        && !in_cookie
    {
        // Only the store's writers reach it; in a cookie every holder of the key does.
        finding.severity(Severity::High);
    }
}
