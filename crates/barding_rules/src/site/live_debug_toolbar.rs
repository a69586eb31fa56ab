//! `live-debug-toolbar`: The debug toolbar is shown to everybody.

use super::{add, around, header};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-debug-toolbar"),
        title: "The debug toolbar is shown to everybody",
        severity: Severity::High,
        tip: Tip::LiveSettings,
        cwe: &[489, 497],
        django_checks: &[],
        consequence: "Queries, settings, templates and requests are there for anybody to read.",
        advice: "Install django-debug-toolbar only where DEBUG is on; `SHOW_TOOLBAR_CALLBACK` must not be `lambda request: True`.",
        since: "0.1.0",
        page: include_str!("live_debug_toolbar.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let marks = ["id=\"djDebug\"", "id=\"djDebugRoot\"", "debug_toolbar/css/toolbar.css"];
    for exchange in site.answers() {
        let of_header =
            ["djdt-store-id", "djdt-request-id"].into_iter().find(|name| exchange.header(name).is_some());
        if let Some(name) = of_header {
            add(found, exchange, Confidence::High, "The debug toolbar answers", header(exchange, name));
            return;
        }
        if let Some(mark) = marks.into_iter().find(|mark| exchange.is_html() && exchange.body.contains(mark))
        {
            add(
                found,
                exchange,
                Confidence::High,
                "The debug toolbar is on the page",
                around(&exchange.body, mark),
            );
            return;
        }
        let is_panel =
            exchange.purpose == Purpose::Exposure && exchange.path().contains("/__debug__/render_panel/");
        if is_panel
            && exchange.is_success()
            && exchange.media_type() == "application/json"
            && exchange.body.contains("\"content\"")
            && exchange.body.contains("\"scripts\"")
        {
            add(
                found,
                exchange,
                Confidence::High,
                "The debug toolbar answers for its panels",
                around(&exchange.body, "\"content\""),
            );
            return;
        }
    }
}
