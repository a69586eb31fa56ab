//! `heartbleed`: heartbleed: the server hands its memory out.

use super::{observed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::Endpoint;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("heartbleed"),
        title: "Heartbleed: the server hands its memory out",
        severity: Severity::Critical,
        tip: Tip::Certificate,
        cwe: &[126],
        django_checks: &[],
        consequence: "Anybody can read the server's memory: the private key, passwords, sessions.",
        advice: "Update OpenSSL to 1.0.1g or newer now, then make a new key, revoke the certificate, and let every user log in anew.",
        since: "0.1.0",
        page: include_str!("heartbleed.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    if endpoint.vulnerabilities.heartbleed.is_yes() {
        found
            .add(
                place(endpoint),
                Confidence::High,
                "Heartbleed: the server hands its memory out (CVE-2014-0160)",
            )
            .because([observed(endpoint, "seen in its answer to a question that a sound server refuses")]);
    }
}
