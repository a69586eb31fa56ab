//! `certificate-chain-disordered`: the certificates are not sent as they should be.

use super::{called, leaves, observed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::Endpoint;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("certificate-chain-disordered"),
        title: "The certificates are not sent as they should be",
        severity: Severity::Low,
        tip: Tip::Certificate,
        cwe: &[296],
        django_checks: &[],
        consequence: "Some clients up to TLS 1.2 insist on the order and refuse; superfluous certificates cost every new visitor a few milliseconds.",
        advice: "Put the server's certificate first, then each issuer after the one it signed, and leave out the root, doubles and strangers.",
        since: "0.1.0",
        page: include_str!("certificate_chain_disordered.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    for (chain, _) in leaves(endpoint) {
        let mut faults = Vec::new();
        for (at, certificate) in chain.sent.iter().enumerate() {
            if !certificate.sha256.is_empty()
                && chain.sent[..at].iter().any(|other| other.sha256 == certificate.sha256)
            {
                faults.push(format!("{} was sent twice", called(certificate)));
            }
        }
        // A path may end at a root of the store and so pass by what stands in the wrong place: names tell it all.
        let signs = |issuer: usize, signed: usize| {
            let (issuer, signed) = (&chain.sent[issuer], &chain.sent[signed]);
            !issuer.subject.is_empty() && signed.issuer == issuer.subject && signed.subject != issuer.subject
        };
        let sent = chain.sent.len();
        if (1..sent).any(|at| (at + 1..sent).any(|later| signs(at, later))) {
            faults.push("an issuer stands before the certificate it signed".to_owned());
        }
        let strangers = chain.sent.iter().skip(1).filter(|one| {
            let issued =
                chain.sent.iter().any(|other| other.issuer == one.subject && other.subject != one.subject);
            !issued && !one.subject.is_empty()
        });
        faults.extend(strangers.map(|one| format!("{} has nothing to do with the rest", called(one))));
        if let Some(first) = faults.first().cloned() {
            found
                .add(place(endpoint), Confidence::High, format!("The chain is not in order: {first}"))
                .because(faults.iter().map(|fault| observed(endpoint, fault.clone())));
        }
    }
}
