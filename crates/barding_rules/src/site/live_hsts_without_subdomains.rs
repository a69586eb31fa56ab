//! `live-hsts-without-subdomains`: hSTS leaves subdomains out.

use super::{add, header, hsts};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-hsts-without-subdomains"),
        title: "HSTS leaves subdomains out",
        severity: Severity::Low,
        tip: Tip::Https,
        cwe: &[523],
        django_checks: &[],
        consequence: "A forged subdomain over plain HTTP can set cookies for the whole domain.",
        advice: "`SECURE_HSTS_INCLUDE_SUBDOMAINS = True` once every subdomain has TLS.",
        since: "0.1.0",
        page: include_str!("live_hsts_without_subdomains.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let Some((secure, hsts)) = hsts::in_force(site, found) else { return };
    if !hsts.has_subdomains && secure.url().host.parse::<std::net::IpAddr>().is_err() {
        add(
            found,
            secure,
            Confidence::High,
            "HSTS does not hold for subdomains",
            header(secure, "Strict-Transport-Security"),
        );
    }
}
