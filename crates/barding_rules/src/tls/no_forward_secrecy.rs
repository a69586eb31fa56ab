//! `no-forward-secrecy`: clients of today get no forward secrecy.

use super::{listed, mend, observed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::{Endpoint, Order, Protocol, Suite, SuiteInfo};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("no-forward-secrecy"),
        title: "Clients of today get no forward secrecy",
        severity: Severity::Medium,
        tip: Tip::Certificate,
        cwe: &[327],
        django_checks: &[],
        consequence: "Whoever records the traffic now and gets the private key later can read it all.",
        advice: "Accept suites with ECDHE, and prefer them.",
        since: "0.1.0",
        page: include_str!("no_forward_secrecy.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    // TLS 1.3 has nothing else; a client that speaks it is safe.
    if endpoint.offers(Protocol::Tls13) {
        return;
    }
    let Some(best) =
        endpoint.protocol(Protocol::Tls12).filter(|seen| seen.offered.is_yes() && !seen.suites.is_empty())
    else {
        return;
    };
    let is_forward = |suite: &Suite| suite.info().is_some_and(SuiteInfo::has_forward_secrecy);
    let what = if !best.suites.iter().any(is_forward) {
        "The server has no cipher suite with forward secrecy"
    } else if best.order == Order::Server && !best.suites.first().is_some_and(is_forward) {
        "The server prefers a cipher suite without forward secrecy"
    } else {
        return;
    };
    found
        .add(place(endpoint), Confidence::High, what)
        .because([observed(endpoint, format!("in TLS 1.2 it accepts {}", listed(&best.suites)))])
        .advice(mend::suites(endpoint));
}
