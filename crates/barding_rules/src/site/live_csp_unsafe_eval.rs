//! `live-csp-unsafe-eval`: The content security policy lets texts run as scripts.

use super::{add, csp, header};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-csp-unsafe-eval"),
        title: "The content security policy lets texts run as scripts",
        severity: Severity::Low,
        tip: Tip::Xss,
        cwe: &[95],
        django_checks: &[],
        consequence: "Texts that reach `eval` or a template engine in the browser run.",
        advice: "Drop `'unsafe-eval'`; Alpine and Vue have builds that do without.",
        since: "0.1.0",
        page: include_str!("live_csp_unsafe_eval.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let Some((page, policies)) = csp::in_force(site, found) else { return };
    if policies.iter().all(csp::Policy::lets_eval_run) {
        add(
            found,
            page,
            Confidence::High,
            "The content security policy has `'unsafe-eval'`",
            header(page, "Content-Security-Policy"),
        );
    }
}
