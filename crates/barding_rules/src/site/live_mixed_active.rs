//! `live-mixed-active`: a page loads scripts, styles or frames over plain HTTP.

use super::mixed;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-mixed-active"),
        title: "A page loads scripts, styles or frames over plain HTTP",
        severity: Severity::High,
        tip: Tip::Https,
        cwe: &[319, 829],
        django_checks: &[],
        consequence: "Browsers refuse them, and the page is broken; old ones load what an attacker sends.",
        advice: "Addresses with `https://`, or relative ones; `upgrade-insecure-requests` while moving.",
        since: "0.1.0",
        page: include_str!("live_mixed_active.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    mixed::judge(site, found, |element| match element.name.as_str() {
        "script" | "iframe" | "embed" | "frame" => &["src"],
        "object" => &["data"],
        "link"
            if ["stylesheet", "modulepreload", "manifest"]
                .iter()
                .any(|kind| element.has_word("rel", kind)) =>
        {
            &["href"]
        }
        _ => &[],
    });
}
