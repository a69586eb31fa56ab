//! `tls-intolerance`: the server breaks on what it does not know.

use super::{observed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::Endpoint;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("tls-intolerance"),
        title: "The server breaks on what it does not know",
        severity: Severity::Low,
        tip: Tip::Certificate,
        cwe: &[20],
        django_checks: &[],
        consequence: "Browsers add new things to their hello all the time (the post-quantum key share makes it longer than a packet); such a server stops working for them.",
        advice: "Update the TLS library, and any load balancer or firewall in between.",
        since: "0.1.0",
        page: include_str!("tls_intolerance.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    if endpoint.session.tolerant.is_no() {
        found
            .add(
                place(endpoint),
                Confidence::Medium,
                "The server does not answer a long hello with unknown extensions",
            )
            .because([observed(endpoint, "an ordinary hello was answered, this one was not")]);
    }
}
