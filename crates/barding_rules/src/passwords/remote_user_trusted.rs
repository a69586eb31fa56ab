//! `remote-user-trusted`: A header may name the user.

use crate::ask::{any_item, ask, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("remote-user-trusted"),
        title: "A header may name the user",
        severity: Severity::Medium,
        tip: Tip::LiveSettings,
        cwe: &[290],
        django_checks: &[],
        consequence: "If a client can set the variable or header, it logs in as anybody.",
        advice: "Make sure that the web server sets REMOTE_USER itself on every request, and that the application cannot be reached past it.",
        since: "0.1.0",
        page: include_str!("remote_user_trusted.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let backend = |value: &Value| {
        any_item(value, |item| {
            text_is(item, |path| {
                path == "django.contrib.auth.backends.RemoteUserBackend"
                    || path == "django.contrib.auth.backends.AllowAllUsersRemoteUserBackend"
            })
        })
    };
    let answer = ask(settings, |on| on.ask("AUTHENTICATION_BACKENDS", Truth::No, backend));
    let says = "trusts the user name that the web server hands over; nothing here shows that clients cannot";
    if let Some(finding) = answer.report(found, settings, "AUTHENTICATION_BACKENDS", says, &[]) {
        finding.confidence = Confidence::Low;
    }
}
