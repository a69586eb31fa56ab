//! `certificate-lifetime-too-long`: the certificate lives longer than browsers take it.

use super::{called, leaves, observed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::{Endpoint, Time};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("certificate-lifetime-too-long"),
        title: "The certificate lives longer than browsers take it",
        severity: Severity::High,
        tip: Tip::Certificate,
        cwe: &[295],
        django_checks: &[],
        consequence: "Browsers refuse public certificates that were issued for longer than the rules of that day allow, and Apple's systems any that was issued for more than 825 days.",
        advice: "Order a new certificate and let it be renewed by ACME; lifetimes go down to 47 days by 2029, which nobody renews by hand.",
        since: "0.1.0",
        page: include_str!("certificate_lifetime_too_long.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    for (chain, leaf) in leaves(endpoint) {
        let is_public = chain.is_publicly_trusted();
        let most = if is_public { most_days(leaf.not_before) } else { most_days_for_anyone(leaf.not_before) };
        let days = leaf.lifetime_days();
        let Some(most) = most.filter(|most| days > *most) else { continue };
        let who = if is_public { "are allowed" } else { "are the most that Apple's systems take" };
        found
            .add(
                place(endpoint),
                Confidence::High,
                format!("The certificate {} is good for {days} days; {most} {who}", called(leaf)),
            )
            .severity(if is_public { RULE.info.severity } else { Severity::Low })
            .because([observed(endpoint, format!("it was issued on {}", leaf.not_before.date()))]);
    }
}

/// The longest lifetime that Apple's systems take from whomever, also from a private authority that the user trusts.
fn most_days_for_anyone(issued: Time) -> Option<i64> {
    "2019-07-01".parse::<Time>().is_ok_and(|day| issued > day).then_some(825)
}

/// The longest lifetime a public certificate of that day may have.
fn most_days(issued: Time) -> Option<i64> {
    const LIMITS: [(&str, i64); 6] = [
        ("2029-03-15", 47),
        ("2027-03-15", 100),
        ("2026-03-15", 200),
        ("2020-09-01", 398),
        ("2018-03-01", 825),
        ("2015-04-01", 1188),
    ];
    let is_since = |day: &str| day.parse::<Time>().is_ok_and(|day| issued >= day);
    LIMITS.iter().find(|(day, _)| is_since(day)).map(|(_, most)| *most)
}
