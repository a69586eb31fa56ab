//! `database-sqlite`: the site runs on SQLite.

use crate::ask::{On, any_entry, ask, ask_at, text_is};
use crate::paths;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("database-sqlite"),
        title: "The site runs on SQLite",
        severity: Severity::Info,
        tip: Tip::DatabaseRoles,
        cwe: &[693],
        django_checks: &[],
        consequence: "There are no roles and no passwords: whoever can read the file has everything.",
        advice: "Use a database server with a role of its own for a site with more than a few users, and keep the file outside every folder that is served.",
        since: "0.1.0",
        page: include_str!("database_sqlite.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let sqlite = |database: &Value| {
        ask_at(database, &["ENGINE"], Truth::No, &|engine| {
            text_is(engine, |engine| engine.contains("sqlite3") || engine.contains("spatialite"))
        })
    };
    let served = |on: On<'_>| {
        on.ask("DATABASES", Truth::No, |databases| {
            any_entry(databases, |_, database| {
                let inside = ask_at(database, &["NAME"], Truth::No, &|name| {
                    ["MEDIA_ROOT", "STATIC_ROOT"]
                        .into_iter()
                        .map(|root| {
                            on.ask(root, Truth::No, |root| {
                                paths::lie(name, root, |relation| relation == paths::Relation::Inside)
                            })
                        })
                        .fold(Truth::No, Truth::or)
                });
                sqlite(database).and(inside)
            })
        })
    };
    let exposed = ask(settings, served);
    if let Some(finding) = exposed.report(
        found,
        settings,
        "DATABASES",
        "keeps its SQLite database in a folder that is served",
        &[],
    ) {
        finding.severity(Severity::High);
        return;
    }
    let answer = ask(settings, |on| {
        on.ask("DATABASES", Truth::No, |databases| ask_at(databases, &["default"], Truth::No, &sqlite))
    });
    answer.report(found, settings, "DATABASES", "runs on SQLite", &[]);
}
