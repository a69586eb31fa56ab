//! `live-https-downgraded`: HTTPS redirects to plain HTTP.

use super::{add, cut, header};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Exchange, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-https-downgraded"),
        title: "HTTPS redirects to plain HTTP",
        severity: Severity::High,
        tip: Tip::Https,
        cwe: &[319],
        django_checks: &[],
        consequence: "The visit continues in the clear, with the cookies that are not `Secure`.",
        advice: "`SECURE_PROXY_SSL_HEADER` in the settings, and `proxy_set_header X-Forwarded-Proto $scheme;` in the proxy, so that Django knows that the visitor came over HTTPS.",
        since: "0.1.0",
        page: include_str!("live_https_downgraded.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let down = |exchange: &&Exchange| {
        exchange.is_secure()
            && exchange.sent.is_empty()
            && exchange.redirects_to().is_some_and(|next| !next.is_secure)
    };
    if site.https_front().is_none() {
        return found.nothing_to_judge("the site does not speak HTTPS");
    }
    for exchange in site.answers().filter(down).take(3) {
        add(
            found,
            exchange,
            Confidence::High,
            format!("{} redirects to plain HTTP", cut(&exchange.url, 100)),
            header(exchange, "Location"),
        );
    }
}
