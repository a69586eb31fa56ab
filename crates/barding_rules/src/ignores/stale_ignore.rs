//! `stale-ignore`: an ignore that sets nothing aside.

use super::left_to_the_audit;
use crate::{Check, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};

/// The rule.
pub static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("stale-ignore"),
        title: "An ignore sets nothing aside",
        severity: Severity::Info,
        tip: Tip::LiveSettings,
        cwe: &[1164],
        django_checks: &[],
        consequence: "An ignore that is no longer needed hides the next real finding on its line.",
        advice: "Remove it, or correct the rule's name.",
        since: "0.1.0",
        page: include_str!("stale_ignore.md"),
    },
    check: Check::Facts(left_to_the_audit),
};
