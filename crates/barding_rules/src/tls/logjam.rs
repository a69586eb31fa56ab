//! `logjam`: logjam: Diffie-Hellman of export strength.

use super::{mend, observed, place, suites_that};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::Endpoint;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("logjam"),
        title: "Logjam: Diffie-Hellman of export strength",
        severity: Severity::High,
        tip: Tip::Certificate,
        cwe: &[310],
        django_checks: &[],
        consequence: "Whoever sits between can make old clients use a group of 512 bits and break it (CVE-2015-4000).",
        advice: "Turn export suites off, and give DHE suites up or use `ffdhe2048`.",
        since: "0.1.0",
        page: include_str!("logjam.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    let export = suites_that(endpoint, |info| info.is_export() && info.key_exchange.starts_with("DH"));
    let short = endpoint.dh.iter().find(|parameters| parameters.bits > 0 && parameters.bits < 1024);
    let note = match (export.first(), short) {
        (Some((info, _)), _) => format!("it accepts {}", info.name),
        (None, Some(parameters)) => format!("it sends a prime of {} bits", parameters.bits),
        (None, None) => return,
    };
    found
        .add(
            place(endpoint),
            Confidence::High,
            "The server accepts Diffie-Hellman of export strength (Logjam, CVE-2015-4000)",
        )
        .because([observed(endpoint, note)])
        .advice(mend::suites(endpoint));
}
