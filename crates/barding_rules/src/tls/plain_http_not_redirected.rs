//! `plain-http-not-redirected`: plain HTTP is served beside HTTPS.

use super::{observed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::Endpoint;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("plain-http-not-redirected"),
        title: "Plain HTTP is served beside HTTPS",
        severity: Severity::Medium,
        tip: Tip::Https,
        cwe: &[319],
        django_checks: &["security.W008"],
        consequence: "Whoever types the name without `https://` is served in the clear, and so are the cookies of the session.",
        advice: "Redirect: nginx `return 301 https://$host$request_uri;`, Apache `Redirect permanent / https://NAME/`, Caddy does so by itself; Django `SECURE_SSL_REDIRECT = True`.",
        since: "0.1.0",
        page: include_str!("plain_http_not_redirected.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    if endpoint.http_redirects.is_no() {
        found.add(place(endpoint), Confidence::High, "Plain HTTP answers without leading to HTTPS").because(
            [observed(endpoint, "the front page was asked for without TLS, and the answer is no redirect")],
        );
    }
}
