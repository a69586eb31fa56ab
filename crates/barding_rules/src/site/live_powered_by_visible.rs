//! `live-powered-by-visible`: a header tells what the site runs on.

use super::{add, cut, header};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-powered-by-visible"),
        title: "A header tells what the site runs on",
        severity: Severity::Low,
        tip: Tip::Checkup,
        cwe: &[497],
        django_checks: &[],
        consequence: "An attacker knows which weaknesses to try; headers of debugging tools tell more.",
        advice: "Take the header away in the proxy, and debugging tools out of production.",
        since: "0.1.0",
        page: include_str!("live_powered_by_visible.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let names =
        ["X-Powered-By", "X-Django-Version", "X-View", "X-Generator", "X-Runtime", "X-AspNet-Version"];
    for exchange in site.answers() {
        let prefixed = exchange
            .headers
            .iter()
            .map(|(name, _)| name.as_str())
            .find(|name| name.to_ascii_lowercase().starts_with("x-debug"));
        let timing = exchange
            .header("server-timing")
            .is_some_and(|value| value.contains("SQLPanel") || value.to_ascii_lowercase().contains("sql"));
        let name = names
            .into_iter()
            .find(|name| exchange.header(name).is_some())
            .or(prefixed)
            .or(timing.then_some("Server-Timing"));
        if let Some(name) = name {
            add(
                found,
                exchange,
                Confidence::High,
                format!("The header `{}` tells what the site runs on", cut(name, 40)),
                header(exchange, name),
            );
            return;
        }
    }
}
