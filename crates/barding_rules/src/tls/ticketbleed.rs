//! `ticketbleed`: ticketbleed: the server hands its memory out.

use super::{observed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::Endpoint;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("ticketbleed"),
        title: "Ticketbleed: the server hands its memory out",
        severity: Severity::High,
        tip: Tip::Certificate,
        cwe: &[200],
        django_checks: &[],
        consequence: "Thirty-one bytes of the load balancer's memory can be read at a time.",
        advice: "Update F5 BIG-IP, or turn session tickets off.",
        since: "0.1.0",
        page: include_str!("ticketbleed.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    if endpoint.vulnerabilities.ticketbleed.is_yes() {
        found
            .add(
                place(endpoint),
                Confidence::High,
                "Ticketbleed: the server hands its memory out (CVE-2016-9244)",
            )
            .because([observed(endpoint, "seen in its answer to a question that a sound server refuses")]);
    }
}
