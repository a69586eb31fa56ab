//! `certificate-revoked`: the certificate was revoked.

use super::{called, leaves, observed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::{Endpoint, Revocation};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("certificate-revoked"),
        title: "The certificate was revoked",
        severity: Severity::Critical,
        tip: Tip::Certificate,
        cwe: &[299],
        django_checks: &[],
        consequence: "The authority took it back, often because the key leaked; browsers that know refuse the page.",
        advice: "Find out why it was revoked, make a new key and order a new certificate.",
        since: "0.1.0",
        page: include_str!("certificate_revoked.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    for (chain, leaf) in leaves(endpoint) {
        if let Revocation::Revoked(how) = &chain.revocation {
            found
                .add(
                    place(endpoint),
                    Confidence::High,
                    format!("The certificate {} was revoked", called(leaf)),
                )
                .because([observed(endpoint, how.clone())]);
        }
    }
}
