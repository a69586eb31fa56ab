//! `obsolete-protocol`: the server speaks an obsolete protocol.

use super::{mend, observed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::{Endpoint, Protocol};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("obsolete-protocol"),
        title: "The server speaks an obsolete protocol",
        severity: Severity::Medium,
        tip: Tip::Certificate,
        cwe: &[327],
        django_checks: &[],
        consequence: "Whoever sits between can make old clients use it and read along; security standards (PCI DSS among them) forbid it.",
        advice: "Allow TLS 1.2 and TLS 1.3 only.",
        since: "0.1.0",
        page: include_str!("obsolete_protocol.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    for protocol in [Protocol::Ssl2, Protocol::Ssl3, Protocol::Tls10, Protocol::Tls11] {
        if !endpoint.offers(protocol) {
            continue;
        }
        let (severity, why) = match protocol {
            Protocol::Ssl2 => {
                (Severity::Critical, "it is broken, and opens newer protocols with the same key too (DROWN)")
            }
            Protocol::Ssl3 => (Severity::High, "it is broken (POODLE)"),
            _ => (Severity::Medium, "it was retired in 2021 (RFC 8996)"),
        };
        found
            .add(place(endpoint), Confidence::High, format!("The server speaks {}: {why}", protocol.name()))
            .because([observed(endpoint, format!("it agreed to {}", protocol.name()))])
            .severity(severity)
            .advice(mend::protocols(endpoint));
    }
    let newest = endpoint.refuses(Protocol::Tls12) && endpoint.refuses(Protocol::Tls13);
    if newest && endpoint.protocols.iter().any(|seen| seen.offered.is_yes()) {
        found
            .add(
                place(endpoint),
                Confidence::High,
                "The server speaks neither TLS 1.2 nor TLS 1.3: browsers of today cannot connect",
            )
            .because([observed(endpoint, "it refused both")])
            .severity(Severity::High)
            .advice(mend::protocols(endpoint));
    }
}
