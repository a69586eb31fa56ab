//! `live-forwarded-host-trusted`: x-Forwarded-Host of a visitor is believed.

use super::{add, reflected};
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
    if let Some((exchange, decisive)) = reflected(site, Purpose::ForwardedHost, found) {
        let message = "`X-Forwarded-Host` of a visitor ends up in the answer";
        add(found, exchange, Confidence::High, message, decisive);
    }
}
