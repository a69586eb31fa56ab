//! `ticket-lives-too-long`: session tickets live too long.

use super::{observed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::Endpoint;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("ticket-lives-too-long"),
        title: "Session tickets live too long",
        severity: Severity::Low,
        tip: Tip::Certificate,
        cwe: &[384],
        django_checks: &[],
        consequence: "The key that opens a ticket opens the recording of its session; the longer it lives, the less forward secrecy is worth.",
        advice: "Let tickets live a day at most: nginx `ssl_session_timeout 1d;`, Apache `SSLSessionCacheTimeout 86400`.",
        since: "0.1.0",
        page: include_str!("ticket_lives_too_long.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    let Some(seconds) = endpoint.session.ticket_lifetime.filter(|seconds| *seconds > 604_800) else { return };
    found
        .add(place(endpoint), Confidence::High, format!("Session tickets live {} days", seconds / 86_400))
        .because([observed(endpoint, format!("the server hints {seconds} seconds"))]);
}
