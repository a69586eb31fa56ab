//! `database-password-hardcoded`: A database password stands in the settings.

use crate::ask::{any_entry, ask, ask_at, entries_that, given, set, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("database-password-hardcoded"),
        title: "A database password stands in the settings",
        severity: Severity::High,
        tip: Tip::Secrets,
        cwe: &[798, 259],
        django_checks: &[],
        consequence: "Everybody who can read the source can log in to the database.",
        advice: "Read the password from the environment or a secret store, and change it: it stays in the history.",
        since: "0.1.0",
        page: include_str!("database_password_hardcoded.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, project: &Project, found: &mut Findings<'_>) {
    let literal = |_: &str, database: &Value| {
        ask_at(database, &["PASSWORD"], Truth::No, &|password| text_is(password, |text| !text.is_empty()))
    };
    let answer =
        ask(settings, |on| on.ask("DATABASES", Truth::No, |databases| any_entry(databases, literal)));
    let Some(value) = set(settings, "DATABASES").map(|set| &set.value) else { return };
    let aliases = entries_that(value, literal);
    let says = match aliases[..] {
        [] | ["default"] => "holds the password of its database".to_owned(),
        _ => format!("holds the passwords of its databases ({})", aliases.join(", ")),
    };
    let weak = |_: &str, database: &Value| {
        ask_at(database, &["PASSWORD"], Truth::No, &|password| {
            text_is(password, |text| WELL_KNOWN.contains(&text.to_ascii_lowercase().as_str()))
        })
    };
    let guessable = !entries_that(value, weak).is_empty();
    if given(project, value) {
        return;
    }
    if let Some(finding) = answer.report(found, settings, "DATABASES", says, &[])
        && guessable
    {
        finding.consequence("The password is one that attackers try first.");
    }
}

const WELL_KNOWN: &[&str] = &[
    "postgres",
    "root",
    "admin",
    "password",
    "passwd",
    "secret",
    "changeme",
    "django",
    "mysql",
    "test",
    "123456",
    "1234",
    "12345678",
    "pass",
    "user",
    "example",
    "toor",
    "oracle",
    "mysecretpassword",
    "docker",
    "dev",
];
