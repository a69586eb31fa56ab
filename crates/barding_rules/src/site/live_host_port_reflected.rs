//! `live-host-port-reflected`: a forged port, or a dot behind the name, ends up in redirects.

use super::{add, asked, came_back};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-host-port-reflected"),
        title: "A forged port ends up in redirects",
        severity: Severity::Low,
        tip: Tip::HostHeader,
        cwe: &[644],
        django_checks: &[],
        consequence: "A cache that keeps such a redirect sends visitors to a port that does not answer.",
        advice: "`proxy_set_header Host $host;` in the proxy, which drops the port.",
        since: "0.1.0",
        page: include_str!("live_host_port_reflected.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    for exchange in asked(site, Purpose::HostPort, found) {
        let Some(decisive) = came_back(exchange) else { continue };
        if exchange.marker.starts_with(':') {
            let message = "The port of a forged `Host` ends up in the answer";
            add(found, exchange, Confidence::High, message, decisive);
        } else {
            let message = "The dot behind the name in a forged `Host` ends up in the answer";
            add(found, exchange, Confidence::High, message, decisive)
                .severity(Severity::Info)
                .consequence("A cache that keeps such a redirect sends visitors to a name whose cookies and HSTS are its own.");
        }
    }
}
