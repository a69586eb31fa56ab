//! `other-port-open`: a port is open that a web host does not need.

use super::{add, not_for_world, severity_of};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::ports::{Expected, PortScan, known_of};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("other-port-open"),
        title: "A port is open that a web host does not need",
        severity: Severity::Low,
        tip: Tip::Firewall,
        cwe: &[668],
        django_checks: &[],
        consequence: "Whatever listens there is open to the world as well.",
        advice: "Only 80 and 443 to the world: `ufw default deny incoming`, then `ufw allow 80,443/tcp`.",
        since: "0.1.0",
        page: include_str!("other_port_open.md"),
    },
    check: Check::Ports(check),
};

fn check(scan: &PortScan, found: &mut Findings<'_>) {
    for port in not_for_world(scan) {
        let by_name = known_of(port).is_some_and(|known| known.expected == Expected::Closed)
            || port.service.as_deref() == Some("ssh");
        if by_name || port.needs_password.is_no() {
            continue;
        }
        let what = port
            .service
            .as_deref()
            .map_or("what listens there did not say".to_owned(), |service| format!("{service} answers"));
        let message = format!("{} is open: {what}", port.words());
        add(scan, port, found, Confidence::Medium, message).severity(severity_of(scan, "low"));
    }
}
