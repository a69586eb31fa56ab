//! `certificate-not-logged`: the certificate is not in the public logs.

use super::{called, leaves, observed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::Endpoint;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("certificate-not-logged"),
        title: "The certificate is not in the public logs",
        severity: Severity::High,
        tip: Tip::Certificate,
        cwe: &[295],
        django_checks: &[],
        consequence: "Chrome, Safari and Firefox refuse public certificates without timestamps of certificate logs.",
        advice: "Order a new certificate from an authority that logs it; all large ones do so by themselves.",
        since: "0.1.0",
        page: include_str!("certificate_not_logged.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    for (chain, leaf) in leaves(endpoint) {
        if !chain.is_publicly_trusted() {
            continue;
        }
        let needed = if leaf.lifetime_days() <= 180 { 2 } else { 3 };
        let all = || leaf.timestamps.iter().chain(&chain.timestamps);
        let wrong = all().filter(|one| one.verified.is_no()).count();
        let mut logs: Vec<&String> = all().filter(|one| !one.verified.is_no()).map(|one| &one.log).collect();
        logs.sort();
        logs.dedup();
        if logs.len() < needed {
            let has = logs.len();
            found
                .add(
                    place(endpoint),
                    Confidence::Medium,
                    format!("The certificate {} has {has} timestamps of certificate logs; browsers ask for {needed}", called(leaf)),
                )
                .because([observed(endpoint, match wrong {
                    0 => "counted in the certificate, the handshake and the stapled response".to_owned(),
                    _ => format!("{wrong} more have a signature that is not the log's, or is about another certificate"),
                })]);
        }
    }
}
