//! `drown`: DROWN: SSL 2.0 opens the newer protocols.

use super::{observed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::{Endpoint, Protocol};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("drown"),
        title: "DROWN: SSL 2.0 opens the newer protocols",
        severity: Severity::Critical,
        tip: Tip::Certificate,
        cwe: &[310],
        django_checks: &[],
        consequence: "Recorded connections of TLS can be decrypted with the help of the SSL 2.0 server that has the same key (CVE-2016-0800).",
        advice: "Turn SSL 2.0 off everywhere the key is used: web, mail, load balancer.",
        since: "0.1.0",
        page: include_str!("drown.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    let here = endpoint.offers(Protocol::Ssl2);
    if here || endpoint.vulnerabilities.drown_elsewhere.is_yes() {
        let note =
            if here { "this port speaks SSL 2.0" } else { "another port with the same key speaks SSL 2.0" };
        found
            .add(
                place(endpoint),
                Confidence::High,
                "SSL 2.0 opens the newer protocols too (DROWN, CVE-2016-0800)",
            )
            .because([observed(endpoint, note)]);
    }
}
