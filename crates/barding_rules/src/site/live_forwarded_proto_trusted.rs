//! `live-forwarded-proto-trusted`: x-Forwarded-Proto of a visitor is believed.

use super::{add, asked};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Exchange, Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-forwarded-proto-trusted"),
        title: "X-Forwarded-Proto of a visitor is believed",
        severity: Severity::High,
        tip: Tip::Https,
        cwe: &[348, 290],
        django_checks: &[],
        consequence: "Plain HTTP passes for HTTPS: no redirect, and cookies that should be secure go in the clear.",
        advice: "Let the proxy always overwrite the header that `SECURE_PROXY_SSL_HEADER` names, and close the way around the proxy.",
        since: "0.1.0",
        page: include_str!("live_forwarded_proto_trusted.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let redirects = site.http_front().and_then(Exchange::redirects_to).is_some_and(|next| next.is_secure);
    for exchange in asked(site, Purpose::ForwardedProto, found) {
        if redirects && exchange.is_success() {
            add(
                found,
                exchange,
                Confidence::High,
                "Plain HTTP is served when the visitor says it is HTTPS",
                "without the header the answer is a redirect to HTTPS",
            );
        }
    }
    if !redirects {
        found.nothing_to_judge("plain HTTP is not redirected anyway");
    }
}
