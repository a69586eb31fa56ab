//! `must-staple-without-staple`: the certificate demands an OCSP staple and none is sent.

use super::{called, leaves, observed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::Endpoint;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("must-staple-without-staple"),
        title: "The certificate demands an OCSP staple and none is sent",
        severity: Severity::High,
        tip: Tip::Certificate,
        cwe: &[299],
        django_checks: &[],
        consequence: "Firefox refuses the page.",
        advice: "Turn stapling on (nginx: `ssl_stapling on;`), or order a certificate without must-staple; most authorities have given OCSP up.",
        since: "0.1.0",
        page: include_str!("must_staple_without_staple.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    for (chain, leaf) in leaves(endpoint) {
        if leaf.must_staple && chain.stapled.is_no() {
            found
                .add(
                    place(endpoint),
                    Confidence::Medium,
                    format!("The certificate {} demands a staple; none came", called(leaf)),
                )
                .because([observed(endpoint, "no OCSP response came with the handshake")]);
        }
    }
}
