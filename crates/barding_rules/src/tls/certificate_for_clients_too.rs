//! `certificate-for-clients-too`: the public certificate is for clients too, which its successor will not be.

use super::{called, leaves, listed, observed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::Endpoint;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("certificate-for-clients-too"),
        title: "The public certificate is for clients too, which its successor will not be",
        severity: Severity::Info,
        tip: Tip::Certificate,
        cwe: &[],
        django_checks: &[],
        consequence: "Public authorities no longer issue server certificates for clients: what uses this one to prove who it is to others will fail after a renewal.",
        advice: "Take a certificate of a private authority for connections in which your server is the client; otherwise nothing needs to be done.",
        since: "0.1.0",
        page: include_str!("certificate_for_clients_too.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    for (_, leaf) in leaves(endpoint).filter(|(chain, _)| chain.is_publicly_trusted()) {
        let Some(uses) = &leaf.extended_key_usage else { continue };
        let is_for = |usage: &str| uses.iter().any(|one| one == usage);
        if is_for("serverAuth") && is_for("clientAuth") {
            found
                .add(
                    place(endpoint),
                    Confidence::High,
                    format!("The certificate {} is for clients too; its successor will not be", called(leaf)),
                )
                .because([observed(endpoint, format!("it may be used for {}", listed(uses)))]);
        }
    }
}
