//! `live-host-not-validated`: a forged Host is answered.

use super::{add, around, asked, header};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Exchange, Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-host-not-validated"),
        title: "A forged Host is answered",
        severity: Severity::High,
        tip: Tip::HostHeader,
        cwe: &[644, 20],
        django_checks: &[],
        consequence: "Links in pages and mails (of password resets above all) lead to the host of the attacker, and caches keep such pages.",
        advice: "`ALLOWED_HOSTS = ['shop.example']`, never `['*']`, and a default server that refuses what it does not know: nginx `listen 443 ssl default_server; ssl_reject_handshake on;`.",
        since: "0.1.0",
        page: include_str!("live_host_not_validated.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let front_title = site.front().map(Exchange::title).unwrap_or_default();
    for exchange in asked(site, Purpose::ForgedHost, found) {
        if exchange.marker.is_empty() {
            continue;
        }
        let location = exchange.header("location").unwrap_or_default();
        let leads_to_us = exchange.redirects_to().is_some_and(|next| next.host == exchange.marker);
        let in_body = exchange.is_success() && exchange.body.contains(&exchange.marker);
        // The page of another site on the same machine is no answer of this one.
        let is_own =
            exchange.is_success() && site.front().is_some_and(|front| is_same(front, exchange, &front_title));
        let what = match () {
            () if leads_to_us => header(exchange, "Location"),
            () if in_body => around(&exchange.body, &exchange.marker),
            () if is_own => "the answer is the front page of the site".to_owned(),
            () => continue,
        };
        let confidence =
            if leads_to_us && !exchange.is_secure() { Confidence::Medium } else { Confidence::High };
        let message = if location.is_empty() || !leads_to_us {
            "A `Host` that is not the site's is answered with its pages".to_owned()
        } else {
            "A `Host` that is not the site's ends up in a redirect".to_owned()
        };
        let finding = add(found, exchange, confidence, message, what);
        if leads_to_us && !exchange.is_secure() {
            finding
                .severity(Severity::Low)
                .advice("Redirect to a fixed name in the default server of port 80, or answer 444 there.");
        }
        return;
    }
}

fn is_same(front: &Exchange, other: &Exchange, title: &str) -> bool {
    let (one, two) = (front.body.len(), other.body.len());
    other.is_html()
        && !title.is_empty()
        && other.title() == title
        && one.abs_diff(two) <= 256 + one.max(two) / 5
}
