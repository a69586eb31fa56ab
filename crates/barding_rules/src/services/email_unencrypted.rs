//! `email-unencrypted`: mail leaves for its server in clear text.

use crate::ask::{any_entry, ask, ask_at, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, Series, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("email-unencrypted"),
        title: "Mail leaves for its server in clear text",
        severity: Severity::Medium,
        tip: Tip::Https,
        cwe: &[319],
        django_checks: &[],
        consequence: "The password of the mail account and every password reset link can be read on the way.",
        advice: "Set `EMAIL_USE_TLS = True` with port 587, or `EMAIL_USE_SSL = True` with port 465.",
        since: "0.1.0",
        page: include_str!("email_unencrypted.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let remote = |host: &Value| {
        text_is(host, |host| {
            !host.is_empty()
                && host.contains('.')
                && !host.starts_with("127.")
                && !host.ends_with(".local")
                && !host.ends_with(".internal")
        })
    };
    let smtp = |value: &Value| value.equals_text("django.core.mail.backends.smtp.EmailBackend");
    let answer = ask(settings, |on| {
        let clear = (!on.is_truthy("EMAIL_USE_TLS")).and(!on.is_truthy("EMAIL_USE_SSL"));
        on.ask("EMAIL_HOST", Truth::No, remote).and(clear).and(on.ask("EMAIL_BACKEND", Truth::No, smtp))
    });
    answer.report(found, settings, "EMAIL_HOST", "sends mail to another machine without TLS", &[]);
    let mailers = ask(settings, |on| match on.series {
        series if series < Series::V6_1 => Truth::No,
        _ => on.ask("MAILERS", Truth::No, |mailers| {
            any_entry(mailers, |_, mailer| {
                let option =
                    |name: &'static str| ask_at(mailer, &["OPTIONS", name], Truth::No, &Value::truthiness);
                let host = ask_at(mailer, &["OPTIONS", "host"], Truth::No, &remote);
                let backend = ask_at(mailer, &["BACKEND"], Truth::Yes, &smtp);
                host.and(backend).and(!option("use_tls")).and(!option("use_ssl"))
            })
        }),
    });
    mailers.report(found, settings, "MAILERS", "sends mail to another machine without TLS", &[]);
}
