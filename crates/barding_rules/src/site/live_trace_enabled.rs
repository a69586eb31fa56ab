//! `live-trace-enabled`: TRACE echoes requests.

use super::{add, asked, header};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-trace-enabled"),
        title: "TRACE echoes requests",
        severity: Severity::Low,
        tip: Tip::Checkup,
        cwe: &[16],
        django_checks: &[],
        consequence: "Headers that scripts must not see come back in a body.",
        advice: "Apache: `TraceEnable off`; nginx refuses it by itself.",
        since: "0.1.0",
        page: include_str!("live_trace_enabled.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    for exchange in asked(site, Purpose::Trace, found) {
        let echoes = exchange.media_type() == "message/http"
            || !exchange.marker.is_empty() && exchange.body.contains(&exchange.marker);
        if echoes && exchange.is_success() {
            add(
                found,
                exchange,
                Confidence::High,
                "TRACE sends the request back",
                header(exchange, "Content-Type"),
            );
        }
    }
}
