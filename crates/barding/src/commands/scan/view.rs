//! The list of checks for a terminal: what is in order, what is not, what could not be told, what was not asked.

use barding_finding::{CheckUp, Said};
use std::fmt::Write;

/// The grade, and each check with its verdict.
pub(super) fn checks(url: &str, check_up: &CheckUp) -> String {
    let mut text = String::new();
    let _ = writeln!(text, "{url}\n  {}\n", check_up.sentence);
    let count = |wanted: fn(&Said) -> bool| check_up.with(wanted).count();
    for check in &check_up.checks {
        match &check.said {
            Said::Found(severity) => {
                let _ = writeln!(text, "  ✗ {:8}  {}", severity.word(), check.title);
            }
            Said::CannotTell(why) => {
                let _ = writeln!(text, "  ? could not tell: {} ({why})", check.title);
            }
            Said::Nothing | Said::NothingToJudge(_) | Said::NotAsked => {}
        }
    }
    let _ = writeln!(
        text,
        "  ✓ {} checks found nothing; {} had nothing to judge; {} were not asked at the level `{}`\n",
        count(|said| *said == Said::Nothing),
        count(|said| matches!(said, Said::NothingToJudge(_))),
        count(|said| *said == Said::NotAsked),
        check_up.level
    );
    barding_report::clean(&text).into_owned()
}
