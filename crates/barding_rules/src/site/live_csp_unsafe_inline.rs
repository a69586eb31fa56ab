//! `live-csp-unsafe-inline`: The content security policy lets inline scripts run.

use super::{add, csp, header};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-csp-unsafe-inline"),
        title: "The content security policy lets inline scripts run",
        severity: Severity::Medium,
        tip: Tip::Xss,
        cwe: &[79, 693],
        django_checks: &[],
        consequence: "The policy does not stop the commonest form of cross-site scripting.",
        advice: "Move inline scripts to files or give them `nonce=\"{{ csp_nonce }}\"`; hand data over with `json_script`.",
        since: "0.1.0",
        page: include_str!("live_csp_unsafe_inline.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let Some((page, policies)) = csp::in_force(site, found) else { return };
    if policies.iter().all(csp::Policy::lets_inline_run) {
        add(
            found,
            page,
            Confidence::High,
            "Inline scripts run in spite of the content security policy",
            header(page, "Content-Security-Policy"),
        );
    }
}
