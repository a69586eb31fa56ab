//! `certificate-not-for-servers`: the certificate is not made for a server.

use super::{called, leaves, listed, observed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::Endpoint;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("certificate-not-for-servers"),
        title: "The certificate is not made for a server",
        severity: Severity::High,
        tip: Tip::Certificate,
        cwe: &[295],
        django_checks: &[],
        consequence: "Clients that look at the purpose of a certificate refuse it; a server's certificate that may sign others is a whole authority in the wrong place.",
        advice: "Order a certificate with `extendedKeyUsage = serverAuth`, `keyUsage = digitalSignature` and `CA:FALSE`.",
        since: "0.1.0",
        page: include_str!("certificate_not_for_servers.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    for (_, leaf) in leaves(endpoint) {
        let mut faults = Vec::new();
        if let Some(uses) = &leaf.extended_key_usage
            && !uses.iter().any(|usage| usage == "serverAuth" || usage == "any")
        {
            faults.push(format!("it may be used for {} only", listed(uses)));
        }
        if leaf.is_authority && !leaf.is_self_signed {
            faults.push("it is an authority's: it may sign other certificates".to_owned());
        }
        let may =
            |usage: &str| leaf.key_usage.as_ref().is_none_or(|uses| uses.iter().any(|one| one == usage));
        if !may("digitalSignature") && !may("keyEncipherment") && !may("keyAgreement") {
            faults.push("its key may neither sign nor exchange keys".to_owned());
        }
        if !faults.is_empty() {
            found
                .add(
                    place(endpoint),
                    Confidence::High,
                    format!("The certificate {} is not made for a server", called(leaf)),
                )
                .because(faults.into_iter().map(|fault| observed(endpoint, fault)));
        }
    }
}
