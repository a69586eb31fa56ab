//! `live-csp-nonce-weak`: The nonce of the content security policy can be guessed.

use super::{add, csp, header};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-csp-nonce-weak"),
        title: "The nonce of the content security policy can be guessed",
        severity: Severity::High,
        tip: Tip::Xss,
        cwe: &[330, 323],
        django_checks: &[],
        consequence: "Whoever knows the nonce gives it to his own script.",
        advice: "Do not keep pages with a nonce in a cache (`cache_page`, a content network), and let the middleware make the nonce anew for each answer.",
        since: "0.1.0",
        page: include_str!("live_csp_nonce_weak.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let Some((page, policies)) = csp::in_force(site, found) else { return };
    let nonces: Vec<String> = policies.iter().flat_map(csp::Policy::nonces).collect();
    if nonces.is_empty() {
        return found.nothing_to_judge("the policy has no nonce");
    }
    if let Some(short) = nonces.iter().find(|nonce| nonce.trim_end_matches('=').len() < 21) {
        add(
            found,
            page,
            Confidence::Medium,
            format!("The nonce has {} characters, less than 128 bits", short.len()),
            header(page, "Content-Security-Policy"),
        )
        .severity(Severity::Medium);
    }
    let Some(again) = site.with(Purpose::FrontAgain).find(|again| again.is_success()) else {
        return found.cannot_tell("the page was not answered a second time");
    };
    if csp::enforced(again).iter().flat_map(csp::Policy::nonces).any(|nonce| nonces.contains(&nonce)) {
        add(
            found,
            again,
            Confidence::High,
            "The same nonce came twice",
            header(again, "Content-Security-Policy"),
        );
    }
}
