//! `live-forwarded-host-trusted`: x-Forwarded-Host of a visitor is believed.

use super::{add, around, asked, header};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-forwarded-host-trusted"),
        title: "X-Forwarded-Host of a visitor is believed",
        severity: Severity::High,
        tip: Tip::HostHeader,
        cwe: &[644, 601],
        django_checks: &[],
        consequence: "As with a forged `Host`: links and redirects lead to the attacker, and caches keep them.",
        advice: "`USE_X_FORWARDED_HOST = False`, the default, or a proxy that always overwrites the header: `proxy_set_header X-Forwarded-Host $host;`.",
        since: "0.1.0",
        page: include_str!("live_forwarded_host_trusted.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    for exchange in asked(site, Purpose::ForwardedHost, found) {
        let in_location = exchange.header("location").is_some_and(|value| value.contains(&exchange.marker));
        let in_body = exchange.is_success() && exchange.body.contains(&exchange.marker);
        if !exchange.marker.is_empty() && (in_location || in_body) {
            let decisive = if in_location {
                header(exchange, "Location")
            } else {
                around(&exchange.body, &exchange.marker)
            };
            add(
                found,
                exchange,
                Confidence::High,
                "`X-Forwarded-Host` of a visitor ends up in the answer",
                decisive,
            );
            return;
        }
    }
}
