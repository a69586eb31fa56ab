//! `ssh-port-open`: SSH is open to everybody.

use super::{add, not_for_world, severity_of};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::ports::PortScan;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("ssh-port-open"),
        title: "SSH is open to everybody",
        severity: Severity::Medium,
        tip: Tip::Firewall,
        cwe: &[307],
        django_checks: &[],
        consequence: "Passwords are tried there all day, and a weakness of the daemon is open to the world.",
        advice: "Let only your networks in: `ufw allow from 198.51.100.0/24 to any port 22`; `PasswordAuthentication no`, `PermitRootLogin no`. Say `--ssh-restricted` when you look from such a network.",
        since: "0.1.0",
        page: include_str!("ssh_port_open.md"),
    },
    check: Check::Ports(check),
};

fn check(scan: &PortScan, found: &mut Findings<'_>) {
    for port in not_for_world(scan).filter(|port| port.service.as_deref() == Some("ssh")) {
        if scan.ssh_is_restricted {
            found.cannot_tell(
                "SSH is said to be open to given networks only; from one of them that cannot be seen",
            );
            continue;
        }
        let message = format!("SSH is open at port {}", port.number);
        add(scan, port, found, Confidence::High, message).severity(severity_of(scan, "medium"));
    }
}
