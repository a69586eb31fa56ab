//! `error-mails-hold-everything`: error mails hold the whole debug page.

use crate::ask::{any_entry, ask, ask_at, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("error-mails-hold-everything"),
        title: "Error mails hold the whole debug page",
        severity: Severity::Medium,
        tip: Tip::LogPrivacy,
        cwe: &[532, 209],
        django_checks: &[],
        consequence: "Local variables, request data and settings travel and lie around as mail.",
        advice: "Remove `include_html` from the handler, or send errors to a service that filters them.",
        since: "0.1.0",
        page: include_str!("error_mails_hold_everything.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let html = |logging: &Value| {
        ask_at(logging, &["handlers"], Truth::No, &|handlers| {
            any_entry(handlers, |_, handler| {
                let mail = ask_at(handler, &["class"], Truth::No, &|class| {
                    text_is(class, |class| class.ends_with("AdminEmailHandler"))
                });
                mail.and(ask_at(handler, &["include_html"], Truth::No, &Value::truthiness))
            })
        })
    };
    let answer = ask(settings, |on| on.ask("LOGGING", Truth::No, html));
    answer.report(found, settings, "LOGGING", "sends the whole debug page by mail", &[]);
}
