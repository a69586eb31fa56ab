//! `service-port-open`: a service that is not for the world is open.

use super::{add, advice, not_for_world, severity_of};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::ports::{Expected, PortScan, known_of};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("service-port-open"),
        title: "A service that is not for the world is open",
        severity: Severity::High,
        tip: Tip::Firewall,
        cwe: &[668],
        django_checks: &[],
        consequence: "Whoever reaches the port tries passwords and weaknesses there, and many such services need none.",
        advice: "Bind it to 127.0.0.1 or the private network, and let only 80 and 443 through the firewall; in docker-compose `expose` in place of `ports`.",
        since: "0.1.0",
        page: include_str!("service_port_open.md"),
    },
    check: Check::Ports(check),
};

fn check(scan: &PortScan, found: &mut Findings<'_>) {
    for port in not_for_world(scan) {
        let Some(known) = known_of(port) else { continue };
        if known.expected != Expected::Closed
            || matches!(port.number, 21 | 990)
            || port.needs_password.is_no()
        {
            continue;
        }
        let finding = match &port.service {
            Some(service) => {
                let message = format!("{} is open, and {service} answers", port.words());
                add(scan, port, found, Confidence::High, message)
            }
            // The number alone proves nothing.
            None => {
                let message = format!("{} is open; what listens there did not say", port.words());
                add(scan, port, found, Confidence::Low, message)
            }
        };
        finding.severity(severity_of(scan, known.severity)).consequence(known.why).advice(advice(known));
    }
}
