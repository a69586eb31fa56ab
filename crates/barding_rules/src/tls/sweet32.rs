//! `sweet32`: sWEET32: a cipher with blocks of 64 bits.

use super::{listed, mend, observed, place, suites_that};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::{Endpoint, Protocol};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("sweet32"),
        title: "SWEET32: a cipher with blocks of 64 bits",
        severity: Severity::Medium,
        tip: Tip::Certificate,
        cwe: &[327],
        django_checks: &[],
        consequence: "Whoever watches a connection for some hundred gigabytes can tell a cookie (CVE-2016-2183).",
        advice: "Turn 3DES, DES and IDEA off.",
        since: "0.1.0",
        page: include_str!("sweet32.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    let short = suites_that(endpoint, |info| info.has_short_blocks() && info.since != Protocol::Ssl2);
    if short.is_empty() {
        return;
    }
    let is_new =
        short.iter().any(|(_, protocols)| protocols.iter().any(|protocol| *protocol >= Protocol::Tls11));
    found
        .add(
            place(endpoint),
            Confidence::High,
            "The server accepts ciphers with blocks of 64 bits (SWEET32, CVE-2016-2183)",
        )
        .because([observed(
            endpoint,
            format!("it accepts {}", listed(short.iter().map(|(info, _)| info.name))),
        )])
        .severity(if is_new { Severity::Medium } else { Severity::Low })
        .advice(mend::suites(endpoint));
}
