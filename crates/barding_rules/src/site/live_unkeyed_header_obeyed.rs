//! `live-unkeyed-header-obeyed`: a header that caches do not keep apart changes the answer.

use super::{add, asked, header};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-unkeyed-header-obeyed"),
        title: "A header that caches do not keep apart changes the answer",
        severity: Severity::Medium,
        tip: Tip::HostHeader,
        cwe: &[444, 349],
        django_checks: &[],
        consequence: "An attacker fills the cache with an answer of his choice for everybody.",
        advice: "Strip such headers at the edge; gunicorn 22 and newer drops names that are not what they seem.",
        since: "0.1.0",
        page: include_str!("live_unkeyed_header_obeyed.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let answers = asked(site, Purpose::UnkeyedHeader, found);
    let Some(control) = answers.iter().find(|exchange| exchange.sent.is_empty()) else { return };
    for exchange in answers.iter().filter(|exchange| !exchange.sent.is_empty()) {
        let redirected = exchange.redirects_to().map(|url| url.to_string())
            != control.redirects_to().map(|url| url.to_string());
        if exchange.status < 500 && (exchange.status != control.status || redirected) {
            let name = exchange.sent.first().map_or("", |(name, _)| name.as_str());
            let message = format!(
                "`{name}` of a visitor changes the answer from {} to {}",
                control.status, exchange.status
            );
            add(found, exchange, Confidence::Medium, message, header(exchange, "Location"));
        }
    }
}
