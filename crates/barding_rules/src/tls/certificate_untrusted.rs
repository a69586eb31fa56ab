//! `certificate-untrusted`: the certificate leads to no trusted root.

use super::{called, leaves, listed, observed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::{Endpoint, Trust};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("certificate-untrusted"),
        title: "The certificate leads to no trusted root",
        severity: Severity::Critical,
        tip: Tip::Certificate,
        cwe: &[295],
        django_checks: &[],
        consequence: "Browsers warn, Python refuses, and visitors learn to click warnings away.",
        advice: "Use a certificate of a public authority (Let's Encrypt is free); for a private one, give `--ca FILE` with its root and see that every client has it.",
        since: "0.1.0",
        page: include_str!("certificate_untrusted.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    for (chain, leaf) in leaves(endpoint) {
        let Some(best) = chain.best() else { continue };
        let (what, confidence) = match best.trust {
            Trust::UnknownRoot => (format!("leads to a root nobody knows: {}", best.root), Confidence::High),
            Trust::Broken => {
                ("has a signature that is wrong on its way to the root".to_owned(), Confidence::High)
            }
            Trust::NotKnown => {
                ("is signed in a way that cannot be verified here".to_owned(), Confidence::Low)
            }
            Trust::Trusted | Trust::IssuerMissing | Trust::SelfSigned => continue,
        };
        let asked: Vec<&String> = chain.stores.iter().map(|store| &store.store).collect();
        found
            .add(place(endpoint), confidence, format!("The certificate {} {what}", called(leaf)))
            .because([observed(endpoint, format!("no path to a root of: {}", listed(asked)))]);
    }
}
