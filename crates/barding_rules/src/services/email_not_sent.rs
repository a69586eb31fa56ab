//! `email-not-sent`: mail does not leave the machine.

use crate::ask::{ask, ask_at, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, Series, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("email-not-sent"),
        title: "Mail does not leave the machine",
        severity: Severity::Low,
        tip: Tip::LiveSettings,
        cwe: &[532],
        django_checks: &["mail.E001"],
        consequence: "Password resets and error reports reach nobody; with the console backend their links stand in the log.",
        advice: "Use the SMTP backend, or that of a mail service, in production.",
        since: "0.1.0",
        page: include_str!("email_not_sent.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    const DEVELOPMENT: &[&str] = &["console", "dummy", "filebased", "locmem"];
    let for_development = |backend: &Value| {
        text_is(backend, |path| {
            DEVELOPMENT.iter().any(|name| path == format!("django.core.mail.backends.{name}.EmailBackend"))
        })
    };
    let mailers = ask(settings, |on| match on.series {
        series if series < Series::V6_1 => Truth::No,
        _ => on.ask("MAILERS", Truth::No, |mailers| {
            ask_at(mailers, &["default", "BACKEND"], Truth::No, &for_development)
        }),
    });
    mailers.report(
        found,
        settings,
        "MAILERS",
        "keeps mail on the machine: the default mailer is one for development",
        &["mail.E001"],
    );
    let backend = ask(settings, |on| on.ask("EMAIL_BACKEND", Truth::No, for_development));
    backend.report(
        found,
        settings,
        "EMAIL_BACKEND",
        "keeps mail on the machine: EMAIL_BACKEND is one for development",
        &[],
    );
}
