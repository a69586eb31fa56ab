//! `ftp-port-open`: FTP is open.

use super::{add, not_for_world, severity_of};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::ports::PortScan;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("ftp-port-open"),
        title: "FTP is open",
        severity: Severity::High,
        tip: Tip::Firewall,
        cwe: &[319],
        django_checks: &[],
        consequence: "Passwords go in the clear, and what is uploaded mostly lands among the code or the media.",
        advice: "Take the FTP server away; SFTP, rsync over SSH or the pipeline do its work.",
        since: "0.1.0",
        page: include_str!("ftp_port_open.md"),
    },
    check: Check::Ports(check),
};

fn check(scan: &PortScan, found: &mut Findings<'_>) {
    for port in not_for_world(scan) {
        let is_ftp = port.service.as_deref().is_some_and(|service| service.starts_with("ftp"))
            || matches!(port.number, 21 | 990);
        if !is_ftp {
            continue;
        }
        let confidence = if port.service.is_some() { Confidence::High } else { Confidence::Low };
        let message = format!("FTP is open at port {}", port.number);
        add(scan, port, found, confidence, message).severity(severity_of(scan, "high"));
    }
}
