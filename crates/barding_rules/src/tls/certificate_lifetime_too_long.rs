//! `certificate-lifetime-too-long`: the certificate lives longer than public ones may.

use super::{called, leaves, observed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::{Endpoint, Time};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("certificate-lifetime-too-long"),
        title: "The certificate lives longer than public ones may",
        severity: Severity::High,
        tip: Tip::Certificate,
        cwe: &[295],
        django_checks: &[],
        consequence: "Browsers refuse public certificates that were issued for longer than the rules of that day allow.",
        advice: "Order a new certificate and let it be renewed by ACME; lifetimes go down to 47 days by 2029, which nobody renews by hand.",
        since: "0.1.0",
        page: include_str!("certificate_lifetime_too_long.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    for (chain, leaf) in leaves(endpoint) {
        let Some(most) = most_days(leaf.not_before).filter(|_| chain.is_publicly_trusted()) else { continue };
        let days = leaf.lifetime_days();
        if days > most {
            found
                .add(
                    place(endpoint),
                    Confidence::High,
                    format!("The certificate {} is good for {days} days; {most} are allowed", called(leaf)),
                )
                .because([observed(endpoint, format!("it was issued on {}", leaf.not_before.date()))]);
        }
    }
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
