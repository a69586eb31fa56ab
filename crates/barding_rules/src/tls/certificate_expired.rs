//! `certificate-expired`: the certificate has expired.

use super::{called, observed, on_path, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::{Endpoint, Time};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("certificate-expired"),
        title: "The certificate has expired",
        severity: Severity::Critical,
        tip: Tip::Certificate,
        cwe: &[298],
        django_checks: &[],
        consequence: "Browsers refuse the page and clients refuse to connect.",
        advice: "Renew it now and reload the web server; then find out why the renewal did not run (`systemctl list-timers`, `certbot renew --dry-run`).",
        since: "0.1.0",
        page: include_str!("certificate_expired.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    for chain in &endpoint.chains {
        for (at, certificate) in on_path(chain).into_iter().enumerate() {
            // A date that could not be read is a problem of its own, not a date in 1970.
            if certificate.not_after == Time::default() || certificate.not_after >= endpoint.seen_at {
                continue;
            }
            let days = certificate.not_after.days_until(endpoint.seen_at);
            let what = if at == 0 { "The certificate" } else { "The intermediate certificate" };
            let ago = if days == 0 { "today".to_owned() } else { format!("{days} days ago") };
            found
                .add(
                    place(endpoint),
                    Confidence::High,
                    format!("{what} {} expired {ago}", called(certificate)),
                )
                .because([observed(endpoint, format!("it was good until {}", certificate.not_after))]);
        }
    }
}
