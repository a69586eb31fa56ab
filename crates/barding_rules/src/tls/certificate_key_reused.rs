//! `certificate-key-reused`: another certificate has the same key.

use super::{called, leaves, observed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::Endpoint;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("certificate-key-reused"),
        title: "Another certificate has the same key",
        severity: Severity::Low,
        tip: Tip::Certificate,
        cwe: &[323],
        django_checks: &[],
        consequence: "Who has the key of one has the key of all: a stolen copy opens every server, and a renewed certificate mends nothing.",
        advice: "Make a new key with each order, and one for each server; ACME clients do so unless told to reuse it (`reuse_key`, `--reuse-key`).",
        since: "0.1.0",
        page: include_str!("certificate_key_reused.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    let Some((_, leaf)) = leaves(endpoint).next().filter(|_| !endpoint.key_elsewhere.is_empty()) else {
        return;
    };
    let same = endpoint.key_elsewhere.iter();
    found
        .add(
            place(endpoint),
            Confidence::High,
            format!("The key of {} is in another certificate too", called(leaf)),
        )
        .because(same.map(|other| {
            observed(endpoint, format!("{other} has a different certificate with the same key"))
        }));
}
