//! `live-browser-reload-open`: The endpoint that reloads browsers is open.

use super::{add, exposed, header};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Exchange, Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-browser-reload-open"),
        title: "The endpoint that reloads browsers is open",
        severity: Severity::Medium,
        tip: Tip::LiveSettings,
        cwe: &[489],
        django_checks: &[],
        consequence: "It answers only where DEBUG is on, so DEBUG is on.",
        advice: "Take django-browser-reload out of the settings of production.",
        since: "0.1.0",
        page: include_str!("live_browser_reload_open.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    for (exchange, mark) in exposed(site, found, Purpose::Exposure, &["/__reload__/events/"], holds) {
        add(
            found,
            exchange,
            Confidence::High,
            "django-browser-reload answers",
            format!("{}{mark}", header(exchange, "Content-Type")),
        );
    }
}

/// What in the content tells it.
fn holds(exchange: &Exchange) -> Option<&'static str> {
    (exchange.media_type() == "text/event-stream").then_some("")
}
