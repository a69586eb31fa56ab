//! `live-development-server`: a server for development answers.

use super::{add, cut, header};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-development-server"),
        title: "A server for development answers",
        severity: Severity::High,
        tip: Tip::LiveSettings,
        cwe: &[489],
        django_checks: &[],
        consequence: "It was never examined for the internet: one slow visitor holds it up, and it comes with DEBUG mostly.",
        advice: "Serve with gunicorn, uvicorn or uWSGI behind nginx or Caddy.",
        since: "0.1.0",
        page: include_str!("live_development_server.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    for exchange in site.answers() {
        let server = exchange.header("server").unwrap_or_default();
        if server.starts_with("WSGIServer/")
            || server.contains("Werkzeug/")
            || server.starts_with("BaseHTTP/")
            || server.starts_with("SimpleHTTP/")
        {
            add(
                found,
                exchange,
                Confidence::High,
                format!("`{}` answers, a server for development", cut(server, 60)),
                header(exchange, "Server"),
            );
            return;
        }
    }
}
