//! `weak-dh-parameters`: the Diffie-Hellman parameters are weak.

use super::{mend, observed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::{Endpoint, known_prime};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("weak-dh-parameters"),
        title: "The Diffie-Hellman parameters are weak",
        severity: Severity::High,
        tip: Tip::Certificate,
        cwe: &[326],
        django_checks: &[],
        consequence: "The key of a connection can be worked out (Logjam): with a widely shared prime, one large computation opens every server that uses it.",
        advice: "Give DHE suites up (no client of today needs them), or use the standard group `ffdhe2048` or larger.",
        since: "0.1.0",
        page: include_str!("weak_dh_parameters.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    for parameters in &endpoint.dh {
        let bits = parameters.bits;
        let known = known_prime(&parameters.sha256);
        let (severity, what) = if parameters.is_prime.is_no() {
            (Severity::Critical, "rest on a number that is not prime".to_owned())
        } else if bits < 1024 {
            (Severity::Critical, format!("have {bits} bits: anybody can break them (Logjam)"))
        } else if bits < 2048 {
            (Severity::High, format!("have {bits} bits; 2048 are the least"))
        } else if known.as_ref().is_some_and(|prime| !prime.is_safe) {
            (Severity::Medium, "rest on a prime with small subgroups".to_owned())
        } else {
            continue;
        };
        let shared = known.as_ref().map(|prime| format!("the prime is a well-known one: {}", prime.origin));
        let suite = parameters
            .suite
            .map(|suite| format!("sent with {suite}"))
            .unwrap_or_else(|| "sent by the server".to_owned());
        found
            .add(place(endpoint), Confidence::High, format!("The Diffie-Hellman parameters {what}"))
            .because(std::iter::once(suite).chain(shared).map(|note| observed(endpoint, note)))
            .severity(severity)
            .advice(mend::dh(endpoint));
    }
}
