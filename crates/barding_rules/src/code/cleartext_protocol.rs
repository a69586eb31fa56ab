//! `cleartext-protocol`: a protocol without encryption is used.

use super::ask::{is_judged, lowered};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{Call, Constant};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("cleartext-protocol"),
        title: "A protocol sends everything in clear text",
        severity: Severity::Medium,
        tip: Tip::Https,
        cwe: &[319],
        django_checks: &[],
        consequence: "Everyone on the way reads what is sent, passwords first.",
        advice: "Use the encrypted sibling: SFTP, SSH, FTP over TLS, SNMPv3 with encryption.",
        since: "0.1.0",
        page: include_str!("cleartext_protocol.md"),
    },
    check: Check::Call(CALLS, check),
};

const CALLS: &[&str] = &[
    "ftplib.FTP",
    "telnetlib.Telnet",
    "pysnmp.hlapi.CommunityData",
    "pysnmp.hlapi.UsmUserData",
    "pyghmi.ipmi.command.Command",
];

fn check(call: &Call<'_>, project: &Project, found: &mut Findings<'_>) {
    let Some(name) = call.name().filter(|_| is_judged(call.module, project)) else { return };
    let last = name.rsplit('.').next().unwrap_or_default();
    let message = match last {
        "CommunityData" => {
            let model = call.argument(2, "mpModel").and_then(|model| call.constant(model));
            match model {
                Some(Constant::Int(0)) => "SNMP version 1 sends its password in clear text".to_owned(),
                _ => "SNMP version 2 sends its password in clear text".to_owned(),
            }
        }
        "UsmUserData" => {
            if call.syntax().arguments.len() >= 3 {
                return;
            }
            "SNMP without keys for authentication and encryption".to_owned()
        }
        _ => format!("`{name}` sends everything in clear text, the password too"),
    };
    let (severity, confidence) = lowered(call.module, Severity::Medium, Confidence::Medium);
    found.at(call.span(), confidence, message).severity(severity);
}
