//! `insecure-renegotiation`: renegotiation is not secured.

use super::{observed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::Endpoint;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("insecure-renegotiation"),
        title: "Renegotiation is not secured",
        severity: Severity::Medium,
        tip: Tip::Certificate,
        cwe: &[310],
        django_checks: &[],
        consequence: "An attacker can put a request of their own before the visitor's, and the server takes both for one (CVE-2009-3555).",
        advice: "Update the TLS library: every one since 2010 has RFC 5746.",
        since: "0.1.0",
        page: include_str!("insecure_renegotiation.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    let session = &endpoint.session;
    if session.secure_renegotiation.is_no() {
        let (severity, what) = if session.client_renegotiation.is_yes() {
            (Severity::High, "The server renegotiates without the protection of RFC 5746")
        } else {
            (Severity::Medium, "The server does not know secure renegotiation (RFC 5746)")
        };
        found
            .add(place(endpoint), Confidence::High, what)
            .because([observed(endpoint, "it did not answer the renegotiation extension")])
            .severity(severity);
    } else if session.client_renegotiation.is_yes() {
        found
            .add(place(endpoint), Confidence::High, "A client may start new handshakes inside a connection")
            .because([observed(endpoint, "it answered a second hello inside one session")])
            .severity(Severity::Low)
            .consequence("Each costs the server more work than the client (CVE-2011-1473).")
            .advice("Turn client-initiated renegotiation off; nginx, Apache and OpenSSL 3 have it off by default.");
    }
}
