//! `tls-compression`: TLS compression is on.

use super::{observed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::Endpoint;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("tls-compression"),
        title: "TLS compression is on",
        severity: Severity::Medium,
        tip: Tip::Certificate,
        cwe: &[310],
        django_checks: &[],
        consequence: "The length of what is sent tells the session cookie, letter by letter (CRIME, CVE-2012-4929).",
        advice: "Turn it off: `SSLCompression off` in Apache; nginx since 1.3.2 and OpenSSL since 1.1.0 have it off.",
        since: "0.1.0",
        page: include_str!("tls_compression.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    if endpoint.session.compression.is_yes() {
        found
            .add(place(endpoint), Confidence::High, "The server agrees to compress inside TLS (CRIME)")
            .because([observed(endpoint, "it chose compression in its hello")]);
    }
}
