//! `insecure-cipher-suite`: the server accepts an insecure cipher suite.

use super::{listed, mend, observed, place, suites_that};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::{Endpoint, Protocol, Strength, SuiteInfo};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("insecure-cipher-suite"),
        title: "The server accepts an insecure cipher suite",
        severity: Severity::High,
        tip: Tip::Certificate,
        cwe: &[327, 326],
        django_checks: &[],
        consequence: "A client that can be talked into it has no protection: what it sends can be read or changed on the way.",
        advice: "Accept suites with ECDHE and AES-GCM or ChaCha20-Poly1305 only.",
        since: "0.1.0",
        page: include_str!("insecure_cipher_suite.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    // All of SSL 2.0 is insecure, and the protocol is reported as such.
    let insecure =
        suites_that(endpoint, |info| info.strength() == Strength::Insecure && info.since != Protocol::Ssl2);
    let Some((first, _)) = insecure.first() else { return };
    let why = |info: &SuiteInfo| info.weaknesses().join(", ");
    found
        .add(
            place(endpoint),
            Confidence::High,
            format!(
                "The server accepts {} insecure cipher suites: {}",
                insecure.len(),
                listed(insecure.iter().map(|(info, _)| info.name))
            ),
        )
        .because(insecure.iter().take(20).map(|(info, protocols)| {
            let protocols: Vec<&str> = protocols.iter().map(|protocol| protocol.name()).collect();
            observed(endpoint, format!("{} in {}: {}", info.name, protocols.join(", "), why(info)))
        }))
        .severity(
            if first.is_plain() || insecure.iter().any(|(info, _)| info.is_plain() || info.is_anonymous()) {
                Severity::Critical
            } else {
                Severity::High
            },
        )
        .advice(mend::suites(endpoint));
}
