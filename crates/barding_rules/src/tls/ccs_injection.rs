//! `ccs-injection`: OpenSSL takes a change of keys too early.

use super::{observed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::Endpoint;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("ccs-injection"),
        title: "OpenSSL takes a change of keys too early",
        severity: Severity::High,
        tip: Tip::Certificate,
        cwe: &[310],
        django_checks: &[],
        consequence: "Whoever sits between can make both sides use keys that everybody knows, and read along.",
        advice: "Update OpenSSL (0.9.8za, 1.0.0m, 1.0.1h or newer).",
        since: "0.1.0",
        page: include_str!("ccs_injection.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    if endpoint.vulnerabilities.ccs_injection.is_yes() {
        found
            .add(
                place(endpoint),
                Confidence::High,
                "OpenSSL takes a change of keys too early (CVE-2014-0224)",
            )
            .because([observed(endpoint, "seen in its answer to a question that a sound server refuses")]);
    }
}
