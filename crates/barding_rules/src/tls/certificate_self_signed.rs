//! `certificate-self-signed`: the certificate is self-signed.

use super::{called, leaves, observed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::{Endpoint, Trust};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("certificate-self-signed"),
        title: "The certificate is self-signed",
        severity: Severity::Critical,
        tip: Tip::Certificate,
        cwe: &[295],
        django_checks: &[],
        consequence: "Nobody vouches for the server, so anybody in between can show a certificate of their own and visitors cannot tell.",
        advice: "Get a certificate from a public authority (Let's Encrypt is free), or for an inner service from your own authority.",
        since: "0.1.0",
        page: include_str!("certificate_self_signed.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    for (chain, leaf) in leaves(endpoint) {
        let Some(best) = chain.best() else { continue };
        if best.trust == Trust::SelfSigned {
            found
                .add(
                    place(endpoint),
                    Confidence::High,
                    format!("The certificate {} is self-signed", called(leaf)),
                )
                .because([observed(
                    endpoint,
                    "its own key verifies its signature, and it is in no store of roots",
                )]);
        }
    }
}
