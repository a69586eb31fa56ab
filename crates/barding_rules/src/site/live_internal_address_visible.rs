//! `live-internal-address-visible`: an address of the inner network is told.

use super::{add, cut, header};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-internal-address-visible"),
        title: "An address of the inner network is told",
        severity: Severity::Low,
        tip: Tip::Checkup,
        cwe: &[200],
        django_checks: &[],
        consequence: "An attacker learns how the network is laid out.",
        advice: "Pass the `Host` on in the proxy, and take headers of inner servers away.",
        since: "0.1.0",
        page: include_str!("live_internal_address_visible.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    if site.is_inside {
        return found.nothing_to_judge("the site itself was looked at from inside");
    }
    for exchange in site.answers().filter(|exchange| exchange.wall().is_none()) {
        for (name, value) in exchange.headers.iter().take(100) {
            let lower = name.to_ascii_lowercase();
            // Headers of policies and reports hold lists of versions and hosts by design.
            if matches!(
                lower.as_str(),
                "content-security-policy"
                    | "content-security-policy-report-only"
                    | "etag"
                    | "set-cookie"
                    | "date"
            ) {
                continue;
            }
            if let Some(address) = value
                .split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-')))
                .find(|word| is_internal(word))
            {
                add(
                    found,
                    exchange,
                    Confidence::Medium,
                    format!("`{}` names `{}`, which is inside", cut(name, 40), cut(address, 60)),
                    header(exchange, name),
                );
                return;
            }
        }
    }
}

fn is_internal(word: &str) -> bool {
    match word.parse::<std::net::Ipv4Addr>() {
        Ok(address) => address.is_private(),
        Err(_) => [".internal", ".local", ".svc.cluster.local", ".lan"]
            .iter()
            .any(|ending| word.ends_with(ending) && word.len() > ending.len() + 1),
    }
}
