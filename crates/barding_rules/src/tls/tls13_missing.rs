//! `tls13-missing`: the server does not speak TLS 1.3.

use super::{mend, observed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::{Endpoint, Protocol};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("tls13-missing"),
        title: "The server does not speak TLS 1.3",
        severity: Severity::Low,
        tip: Tip::Certificate,
        cwe: &[327],
        django_checks: &[],
        consequence: "Every new connection takes a round trip longer, the certificate goes over the wire in the clear, and there is no post-quantum key exchange.",
        advice: "Allow TLS 1.3.",
        since: "0.1.0",
        page: include_str!("tls13_missing.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    if endpoint.refuses(Protocol::Tls13) && endpoint.offers(Protocol::Tls12) {
        found
            .add(place(endpoint), Confidence::High, "The server does not speak TLS 1.3")
            .because([observed(endpoint, "it refused TLS 1.3 and agreed to TLS 1.2")])
            .advice(mend::protocols(endpoint));
    }
}
