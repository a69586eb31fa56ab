//! `live-sql-error`: a quote in a parameter breaks a query.

use super::{add, around, asked, cut};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-sql-error"),
        title: "A quote in a parameter breaks a query",
        severity: Severity::High,
        tip: Tip::SqlInjection,
        cwe: &[89],
        django_checks: &[],
        consequence: "The parameter is part of a query; an attacker reads or changes the database.",
        advice: "Pass values as parameters: `cursor.execute(\"… WHERE name = %s\", [name])`, or use the ORM.",
        since: "0.1.0",
        page: include_str!("live_sql_error.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let marks = [
        "psycopg2.errors.SyntaxError",
        "psycopg.errors.SyntaxError",
        "unterminated quoted string",
        "unterminated string literal",
        "sqlite3.OperationalError",
        "near &quot;",
        "You have an error in your SQL syntax",
        "ORA-01756",
        "Unclosed quotation mark",
        "django.db.utils.ProgrammingError",
        "django.db.utils.OperationalError",
    ];
    for exchange in asked(site, Purpose::Quote, found) {
        let before = site.answered(Purpose::Page).find(|page| page.path() == exchange.path());
        let was_there = |mark: &str| before.is_some_and(|page| page.body.contains(mark));
        if let Some(mark) = marks
            .into_iter()
            .find(|mark| exchange.status >= 500 && exchange.body.contains(mark) && !was_there(mark))
        {
            add(
                found,
                exchange,
                Confidence::High,
                format!("A quote in a parameter of {} reaches the database", cut(&exchange.path(), 80)),
                around(&exchange.body, mark),
            );
        }
    }
}
