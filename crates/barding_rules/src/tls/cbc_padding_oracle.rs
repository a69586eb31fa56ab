//! `cbc-padding-oracle`: the server tells good CBC paddings from bad.

use super::{observed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::Endpoint;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("cbc-padding-oracle"),
        title: "The server tells good CBC paddings from bad",
        severity: Severity::High,
        tip: Tip::Certificate,
        cwe: &[203],
        django_checks: &[],
        consequence: "Cookies can be decrypted by whoever sits between (POODLE for TLS, GOLDENDOODLE, Zombie POODLE).",
        advice: "Update the TLS library or the load balancer, and turn CBC suites off.",
        since: "0.1.0",
        page: include_str!("cbc_padding_oracle.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    if endpoint.vulnerabilities.cbc_oracle.is_yes() {
        found
            .add(
                place(endpoint),
                Confidence::High,
                "The server tells good CBC paddings from bad (CVE-2014-8730)",
            )
            .because([observed(endpoint, "seen in its answer to a question that a sound server refuses")]);
    }
}
