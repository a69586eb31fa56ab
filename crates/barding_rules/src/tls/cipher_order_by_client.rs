//! `cipher-order-by-client`: the client's order counts although weak suites are accepted.

use super::{observed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::{Endpoint, Order, Strength, Suite, SuiteInfo};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("cipher-order-by-client"),
        title: "The client's order counts although weak suites are accepted",
        severity: Severity::Low,
        tip: Tip::Certificate,
        cwe: &[327],
        django_checks: &[],
        consequence: "A client with a bad order gets a weak suite although a good one was there.",
        advice: "Give the weak suites up; or let the server choose: nginx `ssl_prefer_server_ciphers on;`, Apache `SSLHonorCipherOrder on`.",
        since: "0.1.0",
        page: include_str!("cipher_order_by_client.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    let strength = |suite: &Suite| suite.info().map(SuiteInfo::strength);
    let mixed = endpoint.protocols.iter().find(|seen| {
        let is_weak = |suite: &Suite| strength(suite).is_some_and(|strength| strength <= Strength::Weak);
        seen.offered.is_yes()
            && seen.order == Order::Client
            && seen.suites.iter().any(is_weak)
            && !seen.suites.iter().all(is_weak)
    });
    if let Some(seen) = mixed {
        found
            .add(
                place(endpoint),
                Confidence::High,
                format!("In {} the client's order counts, weak suites included", seen.protocol.name()),
            )
            .because([observed(endpoint, "turning the offer around changed the choice")]);
    }
}
