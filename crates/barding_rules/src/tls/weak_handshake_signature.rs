//! `weak-handshake-signature`: the server signs handshakes with a broken hash.

use super::{listed, observed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::Endpoint;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("weak-handshake-signature"),
        title: "The server signs handshakes with a broken hash",
        severity: Severity::Medium,
        tip: Tip::Certificate,
        cwe: &[328],
        django_checks: &[],
        consequence: "An attacker who can make SHA-1 or MD5 collide fast enough can pass for the server (SLOTH).",
        advice: "Update the TLS library, or raise its level: OpenSSL `@SECLEVEL=1` and higher refuses SHA-1 from version 3.0 on.",
        since: "0.1.0",
        page: include_str!("weak_handshake_signature.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    let broken: Vec<&String> = endpoint
        .signature_schemes
        .iter()
        .filter(|name| name.ends_with("md5") || name.ends_with("sha1"))
        .collect();
    if !broken.is_empty() {
        found
            .add(
                place(endpoint),
                Confidence::High,
                format!("The server signs handshakes with {}", listed(&broken)),
            )
            .because([observed(endpoint, format!("it signs with {}", listed(&endpoint.signature_schemes)))]);
    }
}
