//! `service-without-password`: a service lets everybody in without a password.

use super::{add, advice, not_for_world, severity_of};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::ports::{PortScan, known};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("service-without-password"),
        title: "A service lets everybody in without a password",
        severity: Severity::Critical,
        tip: Tip::Firewall,
        cwe: &[306],
        django_checks: &[],
        consequence: "Data can be read and written by everybody, and from some of these services it is one step to running code.",
        advice: "Bind it to 127.0.0.1 or the private network, and set a password.",
        since: "0.1.0",
        page: include_str!("service_without_password.md"),
    },
    check: Check::Ports(check),
};

fn check(scan: &PortScan, found: &mut Findings<'_>) {
    for port in not_for_world(scan).filter(|port| port.needs_password.is_no()) {
        let service = port.service.as_deref().unwrap_or("a service");
        let message = format!("Port {} is open, and {service} answers without a password", port.number);
        let finding = add(scan, port, found, Confidence::High, message);
        finding.severity(severity_of(scan, "critical"));
        if let Some(known) = known(port.number) {
            finding.consequence(known.why).advice(advice(known));
        }
    }
}
