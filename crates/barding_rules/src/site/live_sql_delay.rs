//! `live-sql-delay`: a parameter makes the database wait.

use super::{add, asked, cut};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Exchange, Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-sql-delay"),
        title: "A parameter makes the database wait",
        severity: Severity::Critical,
        tip: Tip::SqlInjection,
        cwe: &[89],
        django_checks: &[],
        consequence: "The parameter is part of a query; an attacker reads or changes the database.",
        advice: "Pass values as parameters: `cursor.execute(\"… WHERE name = %s\", [name])`, or use the ORM.",
        since: "0.1.0",
        page: include_str!("live_sql_delay.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let answers = asked(site, Purpose::Delay, found);
    let mut seen: Vec<String> = Vec::new();
    for slow in &answers {
        let path = slow.path();
        let told = |seconds: u32| {
            let marker = slow.marker.replace("(2)", &format!("({seconds})"));
            answers.iter().find(move |one| one.path() == slow.path() && one.marker == marker)
        };
        let (Some(none), Some(longer)) = (told(0), told(4)) else { continue };
        if slow.marker.contains("(2)") && waits(slow, none, longer) && !seen.contains(&path) {
            let message = format!("A parameter of {} makes the database wait", cut(&path, 80));
            let decisive = format!(
                "told to wait 0, 2 and 4 seconds, it took {}, {} and {} ms",
                none.millis, slow.millis, longer.millis
            );
            add(found, slow, Confidence::High, message, decisive);
            seen.push(path);
        }
    }
}

/// Whether each answer took as long as it was told to.
fn waits(two: &Exchange, none: &Exchange, four: &Exchange) -> bool {
    let over = |exchange: &Exchange| exchange.millis.saturating_sub(none.millis);
    none.millis < 1_500 && (1_700..3_600).contains(&over(two)) && over(four) >= 3_700
}
