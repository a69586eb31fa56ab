//! `live-write-methods-advertised`: methods that write are offered.

use super::{add, asked, cut, header};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-write-methods-advertised"),
        title: "Methods that write are offered",
        severity: Severity::Low,
        tip: Tip::Checkup,
        cwe: &[650],
        django_checks: &[],
        consequence: "A web server with WebDAV on takes files from strangers, if nothing else forbids it.",
        advice: "Switch WebDAV off: nginx `dav_methods off;`, Apache `Dav Off`.",
        since: "0.1.0",
        page: include_str!("live_write_methods_advertised.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    for exchange in asked(site, Purpose::Options, found) {
        let allow = exchange.header_list("allow");
        let names = ["PUT", "DELETE", "CONNECT", "PROPFIND", "MKCOL", "COPY", "MOVE"];
        let offered: Vec<&str> = allow
            .split(',')
            .map(str::trim)
            .filter(|method| names.contains(&method.to_ascii_uppercase().as_str()))
            .collect();
        if exchange.status < 400 && !offered.is_empty() {
            add(
                found,
                exchange,
                Confidence::Medium,
                format!("The front page offers {}", cut(&offered.join(", "), 80)),
                header(exchange, "Allow"),
            );
        }
    }
}
