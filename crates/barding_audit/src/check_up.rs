//! The check-up of a running site: its grade, and what each check said. What is left out of a report counts too, so that
//! asking for less to read makes no site look better.

use barding_finding::{CheckUp, Checked, Coverage, Finding, Ignored, Said, Severity, Undecided};
use barding_live::site::Site;
use barding_rules::Rule;
use barding_rules::site::{grade, is_live, level};
use std::collections::BTreeMap;

/// What the rules said about a site.
pub(crate) fn of(
    findings: &[Finding],
    ignored: &[Ignored],
    rules: &[&'static Rule],
    coverage: &Coverage,
    site: &Site,
) -> CheckUp {
    let mut worst: BTreeMap<&str, Severity> = BTreeMap::new();
    for finding in findings {
        let known = worst.entry(finding.rule.0).or_insert(finding.severity);
        *known = finding.severity.max(*known);
    }
    let said = |rule: &Rule| {
        let id = rule.info.id;
        if let Some(severity) = worst.get(id.0) {
            return Said::Found(*severity);
        }
        if level(rule) > site.level {
            return Said::NotAsked;
        }
        if ignored.iter().any(|ignored| ignored.finding.rule == id) {
            return Said::NothingToJudge("what was found was set aside".to_owned());
        }
        match coverage.undecided.get(&id) {
            Some(Undecided::CannotTell(why)) => Said::CannotTell(why.clone()),
            Some(Undecided::NothingToJudge(why)) => Said::NothingToJudge(why.clone()),
            None => Said::Nothing,
        }
    };
    let mut checks: Vec<Checked> = rules
        .iter()
        .filter(|rule| is_live(rule.info.id.0))
        .map(|rule| Checked { rule: rule.info.id, title: rule.info.title, said: said(rule) })
        .collect();
    checks.sort_by_key(|check| (rank(&check.said), check.rule));
    let grade = grade(findings, site);
    CheckUp {
        grade: grade.letter,
        points: grade.points,
        sentence: grade.sentence(),
        level: site.level.word(),
        checks,
    }
}

fn rank(said: &Said) -> u8 {
    match said {
        Said::Found(Severity::Critical) => 0,
        Said::Found(Severity::High) => 1,
        Said::Found(Severity::Medium) => 2,
        Said::Found(Severity::Low) => 3,
        Said::Found(Severity::Info) => 4,
        Said::CannotTell(_) => 5,
        Said::Nothing => 6,
        Said::NothingToJudge(_) => 7,
        Said::NotAsked => 8,
    }
}
