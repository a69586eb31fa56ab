//! `database-superuser`: the site connects as a superuser of the database.

use crate::ask::{any_entry, ask, ask_at, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("database-superuser"),
        title: "The site connects as a superuser of the database",
        severity: Severity::Medium,
        tip: Tip::DatabaseRoles,
        cwe: &[250],
        django_checks: &[],
        consequence: "One SQL injection owns the whole server: other databases, files, programs.",
        advice: "Create a role for the site that may only read and write its own tables: `barding generate database-roles`.",
        since: "0.1.0",
        page: include_str!("database_superuser.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let superuser = |_: &str, database: &Value| {
        let engine = |word: &'static str| {
            ask_at(database, &["ENGINE"], Truth::No, &move |engine| {
                text_is(engine, |engine| engine.contains(word))
            })
        };
        let user = |names: &'static [&'static str]| {
            ask_at(database, &["USER"], Truth::No, &move |user| {
                text_is(user, |user| names.contains(&user.to_ascii_lowercase().as_str()))
            })
        };
        let postgres = engine("postg").and(user(&["postgres", "root"]));
        let mysql = engine("mysql").and(user(&["root"]));
        let oracle = engine("oracle").and(user(&["sys", "system"]));
        let sql_server = engine("mssql").or(engine("sql_server")).and(user(&["sa"]));
        postgres.or(mysql).or(oracle).or(sql_server)
    };
    let answer =
        ask(settings, |on| on.ask("DATABASES", Truth::No, |databases| any_entry(databases, superuser)));
    answer.report(found, settings, "DATABASES", "connects to its database as the superuser", &[]);
}
