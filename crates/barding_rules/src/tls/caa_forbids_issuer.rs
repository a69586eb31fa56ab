//! `caa-forbids-issuer`: the DNS forbids the authority that issued the certificate.

use super::{leaves, listed, observed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::Endpoint;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("caa-forbids-issuer"),
        title: "The DNS forbids the authority that issued the certificate",
        severity: Severity::Low,
        tip: Tip::Certificate,
        cwe: &[295],
        django_checks: &[],
        consequence: "The next renewal will be refused.",
        advice: "Add the authority to the CAA records, or order from one that they allow.",
        since: "0.1.0",
        page: include_str!("caa_forbids_issuer.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    let Some(caa) = &endpoint.caa else { return };
    let of = |tag: &str| -> Vec<&str> {
        let records = caa.records.iter().filter(|record| record.tag == tag);
        records.map(|record| record.value.as_str()).collect()
    };
    for (_, leaf) in leaves(endpoint) {
        // For a name with a star, the records about stars count alone where there are any (RFC 8659, 4.3).
        let has_star = leaf.dns_names.iter().any(|name| name.starts_with("*."));
        let allowed = match of("issuewild") {
            wild if has_star && !wild.is_empty() => wild,
            _ => of("issue"),
        };
        if allowed.is_empty() {
            continue;
        }
        let issuer = leaf.issuer.to_ascii_lowercase();
        let Some((_, domains)) = AUTHORITIES.iter().find(|(name, _)| issuer.contains(name)) else { continue };
        let is_allowed = allowed.iter().any(|value| {
            let domain = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
            domains.contains(&domain.as_str())
        });
        if !is_allowed {
            found
                .add(
                    place(endpoint),
                    Confidence::Medium,
                    format!("CAA records of `{}` do not allow {}", caa.found_at, leaf.issuer),
                )
                .because([observed(endpoint, format!("they allow {}", listed(&allowed)))]);
        }
    }
}

/// Part of the issuer's name, and the domains that stand for it in CAA records.
const AUTHORITIES: [(&str, &[&str]); 9] = [
    ("let's encrypt", &["letsencrypt.org"]),
    ("google trust services", &["pki.goog", "google.com"]),
    (
        "digicert",
        &["digicert.com", "www.digicert.com", "symantec.com", "geotrust.com", "thawte.com", "rapidssl.com"],
    ),
    ("sectigo", &["sectigo.com", "comodo.com", "comodoca.com", "usertrust.com", "trust-provider.com"]),
    ("zerossl", &["sectigo.com", "zerossl.com"]),
    ("amazon", &["amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com"]),
    ("globalsign", &["globalsign.com"]),
    ("buypass", &["buypass.com", "buypass.no"]),
    ("ssl.com", &["ssl.com"]),
];
