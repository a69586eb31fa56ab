//! `certificate-key-published`: the private key of the certificate is public.

use super::{called, leaves, observed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::{Endpoint, KeyWeakness};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("certificate-key-published"),
        title: "The private key of the certificate is public",
        severity: Severity::Critical,
        tip: Tip::Certificate,
        cwe: &[321, 798],
        django_checks: &[],
        consequence: "Anybody can be your server: the private key is in a package or was published.",
        advice: "Make a new key, order a new certificate and revoke this one.",
        since: "0.1.0",
        page: include_str!("certificate_key_published.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    for (_, leaf) in leaves(endpoint) {
        if leaf.key.weakness == Some(KeyWeakness::Published) {
            found
                .add(
                    place(endpoint),
                    Confidence::High,
                    format!("The private key of {} is published", called(leaf)),
                )
                .because([observed(
                    endpoint,
                    format!("the public key has the fingerprint {}", leaf.key_sha256),
                )]);
        }
    }
}
