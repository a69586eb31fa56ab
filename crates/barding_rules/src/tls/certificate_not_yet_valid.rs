//! `certificate-not-yet-valid`: the certificate is not good yet.

use super::{called, observed, on_path, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::Endpoint;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("certificate-not-yet-valid"),
        title: "The certificate is not good yet",
        severity: Severity::Critical,
        tip: Tip::Certificate,
        cwe: &[298],
        django_checks: &[],
        consequence: "Clients refuse it until that day.",
        advice: "Use a certificate that is good today; if the date is near, check this machine's clock and the server's (`timedatectl`).",
        since: "0.1.0",
        page: include_str!("certificate_not_yet_valid.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    for chain in &endpoint.chains {
        for certificate in on_path(chain) {
            if certificate.not_before.0 > endpoint.seen_at.0 + 300 {
                found
                    .add(
                        place(endpoint),
                        Confidence::High,
                        format!(
                            "The certificate {} is good only from {} on",
                            called(certificate),
                            certificate.not_before.date()
                        ),
                    )
                    .because([observed(endpoint, format!("it is good from {}", certificate.not_before))]);
            }
        }
    }
}
