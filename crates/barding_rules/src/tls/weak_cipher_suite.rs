//! `weak-cipher-suite`: the server accepts cipher suites that should be given up.

use super::{mend, observed, place, suites_that};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::{Endpoint, Strength};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("weak-cipher-suite"),
        title: "The server accepts cipher suites that should be given up",
        severity: Severity::Low,
        tip: Tip::Certificate,
        cwe: &[327],
        django_checks: &[],
        consequence: "They hold for now, but attacks on them are known (LUCKY13, SWEET32, ROBOT), and without forward secrecy a stolen key opens every recording.",
        advice: "Accept suites with ECDHE and AES-GCM or ChaCha20-Poly1305 only; every client since about 2015 speaks them.",
        since: "0.1.0",
        page: include_str!("weak_cipher_suite.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    let weak = suites_that(endpoint, |info| info.strength() == Strength::Weak);
    if weak.is_empty() {
        return;
    }
    let mut reasons: Vec<&str> = weak.iter().flat_map(|(info, _)| info.weaknesses()).collect();
    reasons.sort_unstable();
    reasons.dedup();
    found
        .add(
            place(endpoint),
            Confidence::High,
            format!(
                "The server accepts {} cipher suites that should be given up ({})",
                weak.len(),
                reasons.join(", ")
            ),
        )
        .because(
            weak.iter().take(30).map(|(info, _)| {
                observed(endpoint, format!("{}: {}", info.name, info.weaknesses().join(", ")))
            }),
        )
        .advice(mend::suites(endpoint));
}
