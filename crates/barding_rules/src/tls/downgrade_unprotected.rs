//! `downgrade-unprotected`: a step down to an older protocol goes unnoticed.

use super::{observed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::{Endpoint, Protocol};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("downgrade-unprotected"),
        title: "A step down to an older protocol goes unnoticed",
        severity: Severity::Low,
        tip: Tip::Certificate,
        cwe: &[757],
        django_checks: &[],
        consequence: "Whoever sits between can make a client retry with an older protocol that both still speak.",
        advice: "Speak TLS 1.2 and 1.3 only and update the TLS library; then there is nothing to step down to.",
        since: "0.1.0",
        page: include_str!("downgrade_unprotected.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    let has_old =
        [Protocol::Ssl3, Protocol::Tls10, Protocol::Tls11].iter().any(|protocol| endpoint.offers(*protocol));
    let session = &endpoint.session;
    let what = if session.fallback_protected.is_no() && has_old {
        "The server takes a needless step down to an older protocol"
    } else if session.downgrade_marked.is_no() {
        "The server speaks TLS 1.3 but does not mark a step down"
    } else {
        return;
    };
    found
        .add(place(endpoint), Confidence::High, what)
        .because([observed(endpoint, "seen in its answer to a hello of an older version")]);
}
