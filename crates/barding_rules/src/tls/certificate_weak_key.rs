//! `certificate-weak-key`: the key of the certificate is weak.

use super::{called, observed, on_path, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::{Certificate, Endpoint, KeyKind, KeyWeakness};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("certificate-weak-key"),
        title: "The key of the certificate is weak",
        severity: Severity::High,
        tip: Tip::Certificate,
        cwe: &[326],
        django_checks: &[],
        consequence: "Whoever works the private key out can read and forge everything the site says.",
        advice: "Make a new key (ECDSA P-256, or RSA of 2048 bits or more), order a certificate for it and revoke the old one.",
        since: "0.1.0",
        page: include_str!("certificate_weak_key.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    for chain in &endpoint.chains {
        for certificate in on_path(chain) {
            let Some((severity, what)) = fault(certificate) else { continue };
            found
                .add(place(endpoint), Confidence::High, format!("The key of {} {what}", called(certificate)))
                .because([observed(
                    endpoint,
                    format!("the public key in the certificate of {} bits", certificate.key.bits),
                )])
                .severity(severity);
        }
    }
}

fn fault(certificate: &Certificate) -> Option<(Severity, String)> {
    let key = &certificate.key;
    let bits = key.bits;
    let weakness = match key.weakness {
        Some(KeyWeakness::Exponent) => Some("has a public exponent that protects nothing"),
        Some(KeyWeakness::SmallFactor) => Some("has a small factor"),
        Some(KeyWeakness::ClosePrimes) => Some("is made of two primes that are too close (CVE-2022-26320)"),
        Some(KeyWeakness::Roca) => Some("comes from a faulty generator (ROCA, CVE-2017-15361)"),
        // A published key has a rule of its own.
        Some(KeyWeakness::Published) | None => None,
    };
    if let Some(weakness) = weakness {
        return Some((Severity::Critical, weakness.to_owned()));
    }
    match key.kind {
        KeyKind::Rsa | KeyKind::RsaPss if bits == 0 => None,
        KeyKind::Rsa | KeyKind::RsaPss if bits < 1024 => {
            Some((Severity::Critical, format!("has {bits} bits; 2048 are the least")))
        }
        KeyKind::Rsa | KeyKind::RsaPss if bits < 2048 => {
            Some((Severity::High, format!("has {bits} bits; 2048 are the least")))
        }
        KeyKind::Rsa | KeyKind::RsaPss if bits > 4096 + 2048 => {
            Some((Severity::Info, format!("has {bits} bits, which makes every handshake slow")))
        }
        KeyKind::Ec if bits > 0 && bits < 160 => {
            Some((Severity::Critical, format!("is on a curve of {bits} bits")))
        }
        KeyKind::Ec if bits > 0 && bits < 224 => {
            Some((Severity::High, format!("is on a curve of {bits} bits")))
        }
        KeyKind::Dsa => Some((Severity::Critical, "is of DSA, which no client takes any more".to_owned())),
        _ => None,
    }
}
