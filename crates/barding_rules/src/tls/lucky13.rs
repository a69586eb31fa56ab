//! `lucky13`: lUCKY13: CBC suites depend on the library's care.

use super::{listed, mend, observed, place, suites_that};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::{Endpoint, Protocol};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("lucky13"),
        title: "LUCKY13: CBC suites depend on the library's care",
        severity: Severity::Info,
        tip: Tip::Certificate,
        cwe: &[310],
        django_checks: &[],
        consequence: "A library that is not careful with time leaks a little with each CBC record (CVE-2013-0169).",
        advice: "Turn CBC suites off; every client since about 2015 speaks AES-GCM.",
        since: "0.1.0",
        page: include_str!("lucky13.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    let cbc = suites_that(endpoint, |info| info.mode == "CBC" && info.since != Protocol::Ssl2);
    if !cbc.is_empty() && !endpoint.session.encrypt_then_mac.is_yes() {
        found
            .add(
                place(endpoint),
                Confidence::Low,
                "CBC suites depend on the library's care (LUCKY13, CVE-2013-0169)",
            )
            .because([observed(
                endpoint,
                format!("it accepts {}", listed(cbc.iter().map(|(info, _)| info.name))),
            )])
            .advice(mend::suites(endpoint));
    }
}
