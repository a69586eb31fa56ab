//! `live-werkzeug-console`: a console that runs Python is open.

use super::{add, around, exposed};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Exchange, Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-werkzeug-console"),
        title: "A console that runs Python is open",
        severity: Severity::Critical,
        tip: Tip::LiveSettings,
        cwe: &[489, 94],
        django_checks: &[],
        consequence: "Whoever guesses the PIN, or finds it in a log, runs code on the server.",
        advice: "Never run `runserver_plus` in production.",
        since: "0.1.0",
        page: include_str!("live_werkzeug_console.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    for (exchange, mark) in exposed(site, found, Purpose::Exposure, &[], holds) {
        add(
            found,
            exchange,
            Confidence::High,
            "Werkzeug's interactive console is open",
            around(&exchange.body, mark),
        );
    }
}

/// What in the content tells it.
fn holds(exchange: &Exchange) -> Option<&'static str> {
    let marks = ["EVALEX = true", "EVALEX=true", "Werkzeug Debugger", "Interactive Console</title>"];
    marks.into_iter().find(|mark| exchange.body.contains(mark))
}
