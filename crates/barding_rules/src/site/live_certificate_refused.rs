//! `live-certificate-refused`: browsers refuse the certificate.

use super::add;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-certificate-refused"),
        title: "Browsers refuse the certificate",
        severity: Severity::Critical,
        tip: Tip::Https,
        cwe: &[295],
        django_checks: &[],
        consequence: "Visitors see a warning in place of the site, or learn to click warnings away, and then nothing protects them from a forged site.",
        advice: "Get a certificate for the name from a public authority and serve it with its intermediates; `barding tls HOST` tells what is wrong in detail.",
        since: "0.1.0",
        page: include_str!("live_certificate_refused.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let Some(secure) = site.https_front() else {
        return found.nothing_to_judge("the site does not speak HTTPS");
    };
    if let Some(problem) = &secure.certificate_problem {
        add(
            found,
            secure,
            Confidence::High,
            format!("A browser would not trust the certificate: {problem}"),
            "",
        );
    }
}
