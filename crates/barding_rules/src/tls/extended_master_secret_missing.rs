//! `extended-master-secret-missing`: the session key does not depend on the whole handshake.

use super::{observed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::Endpoint;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("extended-master-secret-missing"),
        title: "The session key does not depend on the whole handshake",
        severity: Severity::Low,
        tip: Tip::Certificate,
        cwe: &[300],
        django_checks: &[],
        consequence: "A malicious server can make two connections share a key and pass the proof of one on to the other (triple handshake).",
        advice: "Update the TLS library: every one since 2016 has the extended master secret (RFC 7627).",
        since: "0.1.0",
        page: include_str!("extended_master_secret_missing.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    if endpoint.session.extended_master_secret.is_no() {
        found
            .add(
                place(endpoint),
                Confidence::High,
                "The server does not know the extended master secret (RFC 7627)",
            )
            .because([observed(endpoint, "it did not answer the extension")]);
    }
}
