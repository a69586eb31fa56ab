//! `post-quantum-missing`: no post-quantum key exchange.

use super::{listed, mend, observed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::Endpoint;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("post-quantum-missing"),
        title: "No post-quantum key exchange",
        severity: Severity::Info,
        tip: Tip::Certificate,
        cwe: &[326],
        django_checks: &[],
        consequence: "What is recorded today can be read once a large quantum computer exists.",
        advice: "Offer X25519MLKEM768: OpenSSL 3.5 or newer (or Go 1.24, so Caddy 2.10) behind your web server.",
        since: "0.1.0",
        page: include_str!("post_quantum_missing.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    let is_hybrid = |name: &String| name.contains("MLKEM");
    if endpoint.groups_seen.is_yes() && !endpoint.groups.is_empty() && !endpoint.groups.iter().any(is_hybrid)
    {
        found
            .add(place(endpoint), Confidence::High, "The server offers no post-quantum key exchange")
            .because([observed(endpoint, format!("it accepts {}", listed(&endpoint.groups)))])
            .advice(mend::groups(endpoint));
    }
}
