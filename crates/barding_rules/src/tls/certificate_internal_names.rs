//! `certificate-internal-names`: the certificate tells names of inner hosts.

use super::{called, leaves, listed, observed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::{Endpoint, Trust};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("certificate-internal-names"),
        title: "The certificate tells names of inner hosts",
        severity: Severity::Low,
        tip: Tip::Certificate,
        cwe: &[200],
        django_checks: &[],
        consequence: "Every visitor, and everybody who reads the public certificate logs, learns how your machines are called.",
        advice: "Give inner services certificates of their own, from a private authority.",
        since: "0.1.0",
        page: include_str!("certificate_internal_names.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    for (chain, leaf) in leaves(endpoint) {
        let inner: Vec<&String> = leaf.dns_names.iter().filter(|name| is_inner(name)).collect();
        // On an inner host such names are what one expects.
        if !inner.is_empty()
            && !is_inner(&endpoint.host)
            && chain.best().is_some_and(|best| best.trust != Trust::SelfSigned)
        {
            found
                .add(
                    place(endpoint),
                    Confidence::High,
                    format!("The certificate {} names inner hosts: {}", called(leaf), listed(&inner)),
                )
                .because([observed(endpoint, "they stand among the alternative names")]);
        }
        let count = leaf.dns_names.len() + leaf.ip_names.len();
        if count > 100 {
            found
                .add(
                    place(endpoint),
                    Confidence::High,
                    format!("The certificate {} is for {count} names at once", called(leaf)),
                )
                .because([observed(endpoint, "counted among the alternative names")])
                .severity(Severity::Info)
                .consequence(
                    "One stolen key opens all of them, and some clients refuse so long a certificate.",
                );
        }
    }
}

fn is_inner(name: &str) -> bool {
    const ENDINGS: [&str; 7] =
        [".local", ".internal", ".lan", ".corp", ".home.arpa", ".localdomain", ".intranet"];
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    ENDINGS.iter().any(|ending| name.ends_with(ending)) || !name.contains('.')
}
