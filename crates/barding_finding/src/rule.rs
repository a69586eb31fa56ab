//! What people may read about a rule: enough for every report, no code.

use crate::{Severity, Tip};
use serde::Serialize;
use std::fmt;

/// A rule's name. It names the bad thing, so that it reads well after "ignore": `debug-enabled`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct RuleId(pub &'static str);

impl fmt::Display for RuleId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }
}

/// A rule, as reports, `barding rules` and `barding explain` show it.
#[derive(Debug)]
pub struct RuleInfo {
    /// Its name.
    pub id: RuleId,
    /// The bad thing, in a few words.
    pub title: &'static str,
    /// How bad it is by default; a finding may say otherwise.
    pub severity: Severity,
    /// The tip of the checklist it belongs to.
    pub tip: Tip,
    /// Weakness numbers (CWE), the most fitting first.
    pub cwe: &'static [u16],
    /// The ids of Django's own checks that say the same, such as `security.W018`.
    pub django_checks: &'static [&'static str],
    /// What follows when it is true; the usual text of a finding's consequence.
    pub consequence: &'static str,
    /// What to do; the usual text of a finding's advice.
    pub advice: &'static str,
    /// The version of barding that brought it.
    pub since: &'static str,
    /// The page: Markdown, the rule's documentation and its tests.
    pub page: &'static str,
}
