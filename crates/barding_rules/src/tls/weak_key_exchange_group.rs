//! `weak-key-exchange-group`: the server accepts a weak group for the key exchange.

use super::{listed, mend, observed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::{Endpoint, groups};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("weak-key-exchange-group"),
        title: "The server accepts a weak group for the key exchange",
        severity: Severity::Medium,
        tip: Tip::Certificate,
        cwe: &[326],
        django_checks: &[],
        consequence: "A connection with such a curve can be opened with far less work than its cipher promises.",
        advice: "Accept X25519, P-256 and P-384, and X25519MLKEM768 where the library has it.",
        since: "0.1.0",
        page: include_str!("weak_key_exchange_group.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    let weak: Vec<&String> = endpoint
        .groups
        .iter()
        .filter(|name| groups().iter().any(|group| group.name == name.as_str() && !group.is_sound))
        .collect();
    if !weak.is_empty() {
        found
            .add(
                place(endpoint),
                Confidence::High,
                format!("The server accepts weak groups: {}", listed(&weak)),
            )
            .because([observed(endpoint, format!("of the groups {}", listed(&endpoint.groups)))])
            .advice(mend::groups(endpoint));
    }
}
