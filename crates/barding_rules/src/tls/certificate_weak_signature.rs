//! `certificate-weak-signature`: a certificate is signed with a broken hash.

use super::{called, observed, on_path, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::{Endpoint, Hash};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("certificate-weak-signature"),
        title: "A certificate is signed with a broken hash",
        severity: Severity::Critical,
        tip: Tip::Certificate,
        cwe: &[327, 328],
        django_checks: &[],
        consequence: "Two certificates with the same MD5 or SHA-1 can be made, one harmless and one for your name; clients refuse such signatures.",
        advice: "Order a new certificate; every public authority has signed with SHA-256 or better since 2016.",
        since: "0.1.0",
        page: include_str!("certificate_weak_signature.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    for chain in &endpoint.chains {
        for certificate in on_path(chain).into_iter().filter(|certificate| !certificate.is_root()) {
            if matches!(certificate.signature.hash, Hash::Md2 | Hash::Md4 | Hash::Md5 | Hash::Sha1) {
                found
                    .add(
                        place(endpoint),
                        Confidence::High,
                        format!(
                            "The certificate {} is signed with {}",
                            called(certificate),
                            certificate.signature.name
                        ),
                    )
                    .because([observed(endpoint, format!("signed by {}", certificate.issuer))]);
            }
        }
    }
}
