//! `freak`: fREAK: export keys of RSA.

use super::{mend, observed, place, suites_that};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::{Endpoint, Protocol};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("freak"),
        title: "FREAK: export keys of RSA",
        severity: Severity::High,
        tip: Tip::Certificate,
        cwe: &[310],
        django_checks: &[],
        consequence: "Whoever sits between can make old clients use a key of 512 bits and break it within hours (CVE-2015-0204).",
        advice: "Turn export suites off.",
        since: "0.1.0",
        page: include_str!("freak.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    let export = suites_that(endpoint, |info| {
        info.is_export() && info.key_exchange == "RSA" && info.since != Protocol::Ssl2
    });
    if let Some((info, _)) = export.first() {
        found
            .add(
                place(endpoint),
                Confidence::High,
                "The server accepts export keys of RSA (FREAK, CVE-2015-0204)",
            )
            .because([observed(endpoint, format!("it accepts {}", info.name))])
            .advice(mend::suites(endpoint));
    }
}
