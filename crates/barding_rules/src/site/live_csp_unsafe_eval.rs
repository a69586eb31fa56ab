//! `live-csp-unsafe-eval`: The content security policy lets texts run as scripts.

use super::{add, csp, front, header};
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
    let Some(page) = front(site, found) else { return };
    if !page.is_html() {
        return found.nothing_to_judge("the front page is no HTML");
    }
    let policies = csp::enforced(page);
    if policies.is_empty() {
        return found.nothing_to_judge("no policy is enforced");
    }
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
