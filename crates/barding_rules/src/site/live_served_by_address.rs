//! `live-served-by-address`: The site answers by its bare address.

use super::{add, asked, cut};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Exchange, Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-served-by-address"),
        title: "The site answers by its bare address",
        severity: Severity::Low,
        tip: Tip::HostHeader,
        cwe: &[16],
        django_checks: &[],
        consequence: "Robots that try addresses find the site; behind a content network, the origin can be reached around it.",
        advice: "A default server that refuses what it does not know (`return 444;`, `ssl_reject_handshake on;`), and no address in ALLOWED_HOSTS.",
        since: "0.1.0",
        page: include_str!("live_served_by_address.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let title = site.front().map(Exchange::title).unwrap_or_default();
    for exchange in asked(site, Purpose::ByAddress, found) {
        if exchange.is_success() && !title.is_empty() && exchange.title() == title {
            add(
                found,
                exchange,
                Confidence::High,
                "The front page is served for the address in place of the name",
                format!("the title is `{}`", cut(&title, 60)),
            );
        }
    }
}
