//! `live-redirect-loop`: redirects go round in a circle.

use super::{add, cut, header};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-redirect-loop"),
        title: "Redirects go round in a circle",
        severity: Severity::High,
        tip: Tip::Https,
        cwe: &[835],
        django_checks: &[],
        consequence: "Nobody reaches the site.",
        advice: "Behind a proxy that terminates TLS, set `SECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO', 'https')` and let the proxy set that header: without it `SECURE_SSL_REDIRECT` sees plain HTTP for ever.",
        since: "0.1.0",
        page: include_str!("live_redirect_loop.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    if let Some((last, next)) = site.circle() {
        let message = format!("{} leads back to {}", cut(&last.url, 100), cut(&next.to_string(), 100));
        add(found, last, Confidence::High, message, header(last, "Location"));
    }
}
