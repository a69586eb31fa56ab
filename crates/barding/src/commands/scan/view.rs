//! The list of checks for a terminal: what is in order, what is not, what could not be told, what was not asked.

use crate::context::Context;
use barding_finding::{AuditResult, Severity, Undecided};
use barding_live::site::Site;
use barding_rules::site::{RULES, grade, level};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The grade, and each check with its verdict.
pub(super) fn checks(result: &AuditResult, site: &Site, context: &Context) -> String {
    let grade = grade(&result.findings, site);
    let mut text = String::new();
    let _ = writeln!(text, "{}\n  {}\n", site.url, grade.sentence());
    let mut worst: BTreeMap<&str, Severity> = BTreeMap::new();
    for finding in &result.findings {
        let known = worst.entry(finding.rule.0).or_insert(finding.severity);
        *known = finding.severity.max(*known);
    }
    let (mut good, mut open, mut unseen, mut not_asked) = (Vec::new(), Vec::new(), 0, 0);
    for rule in RULES.iter().filter(|rule| result.rules.iter().any(|asked| asked.id == rule.info.id)) {
        let id = rule.info.id;
        if let Some(severity) = worst.get(id.0) {
            let _ = writeln!(text, "  ✗ {:8}  {}", severity.word(), rule.info.title);
        } else if level(rule) > site.level {
            not_asked += 1;
        } else {
            match result.coverage.undecided.get(&id) {
                Some(Undecided::CannotTell(why)) => open.push((rule.info.title, why)),
                Some(Undecided::NothingToJudge(_)) => unseen += 1,
                None => good.push(rule.info.title),
            }
        }
    }
    for (title, why) in &open {
        let _ = writeln!(text, "  ? could not tell: {title} ({why})");
    }
    let _ = writeln!(
        text,
        "  ✓ {} checks found nothing; {unseen} had nothing to judge; {not_asked} were not asked at the level `{}`\n",
        good.len(),
        site.level.word()
    );
    let _ = context;
    barding_report::clean(&text).into_owned()
}
