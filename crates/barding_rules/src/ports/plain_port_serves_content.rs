//! `plain-port-serves-content`: port 80 does more than redirect.

use super::{add, severity_of};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::ports::{PortScan, State};
use barding_live::tls::Answer;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("plain-port-serves-content"),
        title: "Port 80 does more than redirect",
        severity: Severity::Medium,
        tip: Tip::Firewall,
        cwe: &[319],
        django_checks: &[],
        consequence: "Visitors are served in the clear.",
        advice: "A server at port 80 that does nothing but redirect: nginx `return 301 https://$host$request_uri;`, all but `/.well-known/acme-challenge/`.",
        since: "0.1.0",
        page: include_str!("plain_port_serves_content.md"),
    },
    check: Check::Ports(check),
};

fn check(scan: &PortScan, found: &mut Findings<'_>) {
    let Some(port) = scan.ports.iter().find(|port| port.number == 80 && port.state == State::Open) else {
        return;
    };
    match &port.redirects_all {
        Answer::No => {
            add(scan, port, found, Confidence::High, "Port 80 serves content over plain HTTP")
                .severity(severity_of(scan, "medium"));
        }
        Answer::Unknown(why) => found.cannot_tell(why.clone()),
        Answer::Yes => {}
    }
}
