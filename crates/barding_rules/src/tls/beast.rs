//! `beast`: bEAST: CBC in TLS 1.0.

use super::{mend, observed, place, suites_that};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::{Endpoint, Protocol};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("beast"),
        title: "BEAST: CBC in TLS 1.0",
        severity: Severity::Low,
        tip: Tip::Certificate,
        cwe: &[20],
        django_checks: &[],
        consequence: "Old clients that do not split their first record leak cookies (CVE-2011-3389); those of today do.",
        advice: "Turn TLS 1.0 off.",
        since: "0.1.0",
        page: include_str!("beast.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    let cbc = suites_that(endpoint, |info| info.mode == "CBC");
    let old = cbc
        .iter()
        .find(|(_, protocols)| protocols.contains(&Protocol::Tls10) || protocols.contains(&Protocol::Ssl3));
    if let Some((info, _)) = old {
        found
            .add(
                place(endpoint),
                Confidence::High,
                "CBC in TLS 1.0 can be attacked with old clients (BEAST, CVE-2011-3389)",
            )
            .because([observed(endpoint, format!("it accepts {} in TLS 1.0 or SSL 3.0", info.name))])
            .advice(mend::protocols(endpoint));
    }
}
