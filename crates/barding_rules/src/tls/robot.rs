//! `robot`: ROBOT: the server tells good paddings from bad.

use super::{observed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::Endpoint;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("robot"),
        title: "ROBOT: the server tells good paddings from bad",
        severity: Severity::Critical,
        tip: Tip::Certificate,
        cwe: &[203],
        django_checks: &[],
        consequence: "Recorded connections without forward secrecy can be decrypted, and signatures in the server's name can be made.",
        advice: "Turn the suites that begin with TLS_RSA off, and update the TLS library or the load balancer.",
        since: "0.1.0",
        page: include_str!("robot.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    if endpoint.vulnerabilities.robot.is_yes() {
        found
            .add(
                place(endpoint),
                Confidence::High,
                "ROBOT: the server tells good paddings from bad (CVE-2017-13099)",
            )
            .because([observed(endpoint, "seen in its answer to a question that a sound server refuses")]);
    }
}
