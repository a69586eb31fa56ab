//! `live-hsts-over-http`: hSTS is sent over plain HTTP.

use super::{add, header};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-hsts-over-http"),
        title: "HSTS is sent over plain HTTP",
        severity: Severity::Info,
        tip: Tip::Https,
        cwe: &[],
        django_checks: &[],
        consequence: "Browsers take no notice of it there; it shows that the header is written into a block that both ports share.",
        advice: "Send the header in the server block of port 443 only.",
        since: "0.1.0",
        page: include_str!("live_hsts_over_http.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let Some(plain) = site.http_front() else { return found.nothing_to_judge("plain HTTP gave no answer") };
    if plain.header("strict-transport-security").is_some() {
        add(
            found,
            plain,
            Confidence::High,
            "Plain HTTP is answered with `Strict-Transport-Security`",
            header(plain, "Strict-Transport-Security"),
        );
    }
}
