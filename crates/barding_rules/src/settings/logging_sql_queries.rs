//! `logging-sql-queries`: every SQL query is written to the log.

use crate::ask::{ask, ask_at, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("logging-sql-queries"),
        title: "Every SQL query is written to the log",
        severity: Severity::Medium,
        tip: Tip::LogPrivacy,
        cwe: &[532],
        django_checks: &[],
        consequence: "The log fills with personal data: the parameters of every query.",
        advice: "Raise the level of the `django.db.backends` logger to INFO or higher in production.",
        since: "0.1.0",
        page: include_str!("logging_sql_queries.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let verbose = |logging: &Value| {
        ask_at(logging, &["loggers", "django.db.backends", "level"], Truth::No, &|level| match level {
            Value::Int(number) => Truth::from(*number <= 10),
            level => text_is(level, |level| level == "DEBUG" || level == "NOTSET"),
        })
    };
    // Django collects queries only while DEBUG is on, or where a cursor is forced to.
    let answer = ask(settings, |on| on.ask("LOGGING", Truth::No, verbose).and(on.is_truthy("DEBUG")));
    if answer
        .report(found, settings, "LOGGING", "writes every SQL query with its parameters to the log", &[])
        .is_some()
    {
        return;
    }
    let waiting = ask(settings, |on| on.ask("LOGGING", Truth::No, verbose));
    if let Some(finding) =
        waiting.report(found, settings, "LOGGING", "logs every SQL query as soon as DEBUG is on", &[])
    {
        finding.severity(Severity::Low);
    }
}
