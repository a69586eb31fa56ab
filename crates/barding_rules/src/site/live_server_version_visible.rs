//! `live-server-version-visible`: The version of the server is told.

use super::{add, cut, header};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-server-version-visible"),
        title: "The version of the server is told",
        severity: Severity::Low,
        tip: Tip::Checkup,
        cwe: &[497, 200],
        django_checks: &[],
        consequence: "An attacker knows which weaknesses to try.",
        advice: "nginx `server_tokens off;`, Apache `ServerTokens Prod`, uvicorn `--no-server-header`.",
        since: "0.1.0",
        page: include_str!("live_server_version_visible.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    for exchange in site.answers() {
        let server = exchange.header("server").unwrap_or_default();
        let has_version =
            server.split('/').skip(1).any(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        if has_version {
            add(
                found,
                exchange,
                Confidence::High,
                format!("`Server` says {}", cut(server, 80)),
                header(exchange, "Server"),
            );
            return;
        }
    }
}
