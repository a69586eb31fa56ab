//! `ignore-without-reason`: an ignore that does not say why.

use super::left_to_the_audit;
use crate::{Check, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};

/// The rule.
pub static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("ignore-without-reason"),
        title: "An ignore gives no reason",
        severity: Severity::Low,
        tip: Tip::LiveSettings,
        cwe: &[1078],
        django_checks: &[],
        consequence: "Nobody can tell later whether what was set aside is still harmless.",
        advice: "Write behind the bracket why it is harmless here.",
        since: "0.1.0",
        page: include_str!("ignore_without_reason.md"),
    },
    check: Check::Facts(left_to_the_audit),
};
