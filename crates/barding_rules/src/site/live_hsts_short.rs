//! `live-hsts-short`: hSTS is forgotten too soon.

use super::{add, header, hsts};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-hsts-short"),
        title: "HSTS is forgotten too soon",
        severity: Severity::Medium,
        tip: Tip::Https,
        cwe: &[523],
        django_checks: &[],
        consequence: "Visitors who come rarely are as open as without it.",
        advice: "`SECURE_HSTS_SECONDS = 31536000`.",
        since: "0.1.0",
        page: include_str!("live_hsts_short.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let Some((secure, hsts)) = hsts::in_force(site, found) else { return };
    if hsts.max_age < 31_536_000 {
        let message = format!("HSTS holds for {} days only", hsts.max_age / 86_400);
        let severity = if hsts.max_age < 15_552_000 { Severity::Medium } else { Severity::Low };
        add(found, secure, Confidence::High, message, header(secure, "Strict-Transport-Security"))
            .severity(severity);
    }
}
