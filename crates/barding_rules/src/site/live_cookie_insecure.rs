//! `live-cookie-insecure`: a cookie also goes over plain HTTP.

use super::{add, cookie_line, cut};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-cookie-insecure"),
        title: "A cookie also goes over plain HTTP",
        severity: Severity::Low,
        tip: Tip::Https,
        cwe: &[614],
        django_checks: &[],
        consequence: "What it holds can be read and replaced on the way.",
        advice: "`LANGUAGE_COOKIE_SECURE = True` for the language; messages in cookies follow `SESSION_COOKIE_SECURE`.",
        since: "0.1.0",
        page: include_str!("live_cookie_insecure.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let others: Vec<_> = site
        .cookies()
        .into_iter()
        .filter(|(cookie, exchange)| !cookie.is_session() && !cookie.is_csrf() && exchange.is_secure())
        .collect();
    if others.is_empty() {
        return found.nothing_to_judge("no other cookie was set over HTTPS");
    }
    let bad: Vec<_> = others.iter().filter(|(cookie, _)| !cookie.is_secure).collect();
    if let Some((first, exchange)) = bad.first() {
        let mut names: Vec<String> =
            bad.iter().map(|(cookie, _)| format!("`{}`", cut(&cookie.name, 40))).collect();
        names.dedup();
        let more = names.len().saturating_sub(6);
        names.truncate(6);
        let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
        add(
            found,
            exchange,
            Confidence::High,
            format!("Set over HTTPS without `Secure`: {}{rest}", names.join(", ")),
            cookie_line(first),
        );
    }
}
