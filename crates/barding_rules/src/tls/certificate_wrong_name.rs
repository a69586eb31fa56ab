//! `certificate-wrong-name`: the certificate is for another name.

use super::{covers, leaves, listed, observed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::Endpoint;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("certificate-wrong-name"),
        title: "The certificate is for another name",
        severity: Severity::Critical,
        tip: Tip::Certificate,
        cwe: &[297],
        django_checks: &[],
        consequence: "Browsers refuse the page, and so do Python and every client that verifies; a visitor who clicks through cannot tell your site from an impostor.",
        advice: "Order a certificate that names this host, for instance `certbot --nginx -d shop.example -d www.shop.example`, and see that the right server block answers for it.",
        since: "0.1.0",
        page: include_str!("certificate_wrong_name.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    for (_, leaf) in leaves(endpoint) {
        if covers(leaf, &endpoint.host) {
            continue;
        }
        let names: Vec<&String> = leaf.dns_names.iter().chain(&leaf.ip_names).collect();
        let (what, note) = if names.is_empty() {
            (
                "names no host at all".to_owned(),
                "there are no alternative names in it; the common name does not count".to_owned(),
            )
        } else {
            (format!("is for {}", listed(&names)), format!("it does not name `{}`", endpoint.host))
        };
        found
            .add(place(endpoint), Confidence::High, format!("The certificate of `{}` {what}", endpoint.host))
            .because([observed(endpoint, note)]);
    }
}
