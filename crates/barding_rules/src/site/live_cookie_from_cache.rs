//! `live-cookie-from-cache`: a cookie comes from a shared cache.

use super::{add, cookie_line, cut, header};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-cookie-from-cache"),
        title: "A cookie comes from a shared cache",
        severity: Severity::High,
        tip: Tip::Checkup,
        cwe: &[524],
        django_checks: &[],
        consequence: "Visitors get the session or token of somebody else.",
        advice: "`proxy_no_cache` and `proxy_cache_bypass` where cookies are set; do not `proxy_ignore_headers Set-Cookie`.",
        since: "0.1.0",
        page: include_str!("live_cookie_from_cache.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    for (cookie, exchange) in site.cookies() {
        let mark = ["x-cache", "cf-cache-status", "x-cache-status", "x-proxy-cache", "x-varnish-cache"]
            .into_iter()
            .find(|name| {
                exchange.header(name).is_some_and(|value| {
                    value
                        .to_ascii_uppercase()
                        .split(|c: char| !c.is_ascii_alphanumeric())
                        .any(|word| word == "HIT")
                })
            });
        let age = exchange.header("age").and_then(|age| age.parse::<u64>().ok()).is_some_and(|age| age > 0);
        if let Some(name) = mark.or(age.then_some("age")).filter(|_| cookie.is_session() || cookie.is_csrf())
        {
            add(
                found,
                exchange,
                Confidence::High,
                format!("The cookie `{}` comes from a cache", cut(&cookie.name, 60)),
                format!("{} and {}", header(exchange, name), cookie_line(&cookie)),
            );
        }
    }
}
