//! `dh-value-reused`: the server uses the same Diffie-Hellman value twice.

use super::{observed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::Endpoint;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("dh-value-reused"),
        title: "The server uses the same Diffie-Hellman value twice",
        severity: Severity::Low,
        tip: Tip::Certificate,
        cwe: &[323],
        django_checks: &[],
        consequence: "Forward secrecy lasts only as long as that value is kept, and the Raccoon attack (CVE-2020-1968) becomes possible.",
        advice: "Update the TLS library, and set `SSL_OP_SINGLE_DH_USE` where it is an option; or give DHE suites up.",
        since: "0.1.0",
        page: include_str!("dh_value_reused.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    if let Some(parameters) = endpoint.dh.iter().find(|parameters| parameters.value_reused.is_yes()) {
        found
            .add(place(endpoint), Confidence::High, "The server uses the same Diffie-Hellman value twice")
            .because([observed(
                endpoint,
                format!("two handshakes with {} bits had the same value", parameters.bits),
            )]);
    }
}
