//! `mozilla-intermediate-not-met`: the server deviates from Mozilla's intermediate profile.

use super::{Profile, deviations, mend, observed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::Endpoint;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("mozilla-intermediate-not-met"),
        title: "The server deviates from Mozilla's intermediate profile",
        severity: Severity::Info,
        tip: Tip::Certificate,
        cwe: &[327],
        django_checks: &[],
        consequence: "The profile is what most sites should have: safe, and open to every client of the last ten years.",
        advice: "Set protocols and suites as below.",
        since: "0.1.0",
        page: include_str!("mozilla_intermediate_not_met.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    let known = endpoint.protocols.iter().any(|seen| seen.offered.is_yes() && !seen.suites.is_empty());
    if !known || endpoint.starttls.is_some() || deviations(endpoint, Profile::Modern).is_empty() {
        return;
    }
    let differs = deviations(endpoint, Profile::Intermediate);
    if differs.is_empty() {
        return;
    }
    found
        .add(
            place(endpoint),
            Confidence::High,
            format!("The server deviates from Mozilla's intermediate profile in {} points", differs.len()),
        )
        .because(differs.into_iter().map(|what| observed(endpoint, what)))
        .advice(mend::suites(endpoint));
}
