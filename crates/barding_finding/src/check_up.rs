//! The check-up of a running site: a grade, and what each check said. Reports show it; nothing is decided here.

use crate::{RuleId, Severity};

/// What a look at a running site came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckUp {
    /// `A+` to `F`.
    pub grade: &'static str,
    /// 0 to 100.
    pub points: u32,
    /// Both in a sentence, with the reason where the grade is not that of the points.
    pub sentence: String,
    /// How far the look went: `passive`, `probe`, `active`.
    pub level: &'static str,
    /// Each check, worst first, then those that could not tell, those that found nothing, and the rest.
    pub checks: Vec<Checked>,
}

/// One check and its verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// The rule.
    pub rule: RuleId,
    /// What is wrong when it finds something.
    pub title: &'static str,
    /// What it said.
    pub said: Said,
}

/// What a check said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// Something is wrong; the worst of it.
    Found(Severity),
    /// It was looked at, and what was seen does not tell.
    CannotTell(String),
    /// It was looked at and nothing was found.
    Nothing,
    /// What it is about does not occur on this site, or was set aside.
    NothingToJudge(String),
    /// The look did not go far enough to ask.
    NotAsked,
}

impl CheckUp {
    /// The checks with one kind of verdict.
    pub fn with<'c>(&'c self, wanted: impl Fn(&Said) -> bool + 'c) -> impl Iterator<Item = &'c Checked> {
        self.checks.iter().filter(move |check| wanted(&check.said))
    }
}
