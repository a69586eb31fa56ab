//! `inactive-users-log-in`: deactivated users can log in.

use crate::ask::{any_item, ask, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("inactive-users-log-in"),
        title: "Deactivated users can log in",
        severity: Severity::Medium,
        tip: Tip::LiveSettings,
        cwe: &[287],
        django_checks: &[],
        consequence: "Unticking \"active\" in the admin does not lock anybody out.",
        advice: "Use `django.contrib.auth.backends.ModelBackend`, or refuse inactive users where the backend is used.",
        since: "0.1.0",
        page: include_str!("inactive_users_log_in.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let all = |value: &Value| {
        any_item(value, |item| {
            text_is(item, |path| path.starts_with("django.contrib.auth.backends.AllowAllUsers"))
        })
    };
    let answer = ask(settings, |on| on.ask("AUTHENTICATION_BACKENDS", Truth::No, all));
    answer.report(found, settings, "AUTHENTICATION_BACKENDS", "lets deactivated users log in", &[]);
}
