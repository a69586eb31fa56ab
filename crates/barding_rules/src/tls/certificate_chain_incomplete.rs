//! `certificate-chain-incomplete`: the server does not send its intermediate certificate.

use super::{leaves, observed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::{Endpoint, Trust};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("certificate-chain-incomplete"),
        title: "The server does not send its intermediate certificate",
        severity: Severity::High,
        tip: Tip::Certificate,
        cwe: &[296],
        django_checks: &[],
        consequence: "Browsers on the desktop often fetch what is missing, so nobody notices; Python, curl, Java, webhooks and older phones refuse.",
        advice: "Give the server the full chain: in nginx `ssl_certificate /etc/letsencrypt/live/NAME/fullchain.pem;` and not `cert.pem`.",
        since: "0.1.0",
        page: include_str!("certificate_chain_incomplete.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    for (chain, leaf) in leaves(endpoint) {
        let Some(best) = chain.best() else { continue };
        if best.trust != Trust::IssuerMissing {
            continue;
        }
        // Without an address of the issuer the certificate hardly comes from a public authority.
        let is_public = !leaf.issuer_urls.is_empty() || chain.fetchable.is_yes();
        let confidence = if is_public { Confidence::High } else { Confidence::Medium };
        let note = if chain.fetchable.is_yes() {
            "the issuer can be fetched from the address in the certificate and leads to a root".to_owned()
        } else {
            format!("{} certificates were sent, and none of them is the issuer", chain.sent.len())
        };
        found
            .add(place(endpoint), confidence, format!("The chain stops short: {} was not sent", best.root))
            .because([observed(endpoint, note)]);
    }
}
