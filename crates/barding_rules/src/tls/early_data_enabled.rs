//! `early-data-enabled`: requests may be replayed: 0-RTT is on.

use super::{observed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::Endpoint;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("early-data-enabled"),
        title: "Requests may be replayed: 0-RTT is on",
        severity: Severity::Medium,
        tip: Tip::Certificate,
        cwe: &[294],
        django_checks: &[],
        consequence: "Whoever records the first bytes of a connection can send them again; Django has no guard against a request that comes twice.",
        advice: "Turn it off (`ssl_early_data off;`), or pass `Early-Data: 1` on and answer 425 to everything but safe requests.",
        since: "0.1.0",
        page: include_str!("early_data_enabled.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    let Some(bytes) = endpoint.session.early_data.filter(|bytes| *bytes > 0) else { return };
    found
        .add(place(endpoint), Confidence::High, "The server takes early data, which can be replayed")
        .because([observed(endpoint, format!("its ticket allows {bytes} bytes"))]);
}
