//! `poodle`: pOODLE: SSL 3.0 with CBC.

use super::{mend, observed, place, suites_that};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::{Endpoint, Protocol};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("poodle"),
        title: "POODLE: SSL 3.0 with CBC",
        severity: Severity::High,
        tip: Tip::Certificate,
        cwe: &[310],
        django_checks: &[],
        consequence: "Whoever sits between can decrypt cookies, a byte per 256 requests (CVE-2014-3566).",
        advice: "Turn SSL 3.0 off.",
        since: "0.1.0",
        page: include_str!("poodle.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    let cbc = suites_that(endpoint, |info| info.mode == "CBC");
    let in_ssl3 = cbc.iter().find(|(_, protocols)| protocols.contains(&Protocol::Ssl3));
    if let Some((info, _)) = in_ssl3 {
        found
            .add(
                place(endpoint),
                Confidence::High,
                "SSL 3.0 with CBC can be decrypted (POODLE, CVE-2014-3566)",
            )
            .because([observed(endpoint, format!("it accepts {} in SSL 3.0", info.name))])
            .advice(mend::protocols(endpoint));
    }
}
