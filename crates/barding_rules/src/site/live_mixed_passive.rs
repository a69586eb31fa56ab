//! `live-mixed-passive`: a page loads images or media over plain HTTP.

use super::mixed;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-mixed-passive"),
        title: "A page loads images or media over plain HTTP",
        severity: Severity::Low,
        tip: Tip::Https,
        cwe: &[319],
        django_checks: &[],
        consequence: "Somebody on the way sees and changes them.",
        advice: "`MEDIA_URL` and `STATIC_URL` with `https://`, or relative.",
        since: "0.1.0",
        page: include_str!("live_mixed_passive.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    mixed::judge(site, found, |element| match element.name.as_str() {
        "img" | "audio" | "video" | "source" | "track" => &["src", "poster"],
        _ => &[],
    });
}
