//! `apache-weak-ciphers`: Apache offers weak ciphers.

use super::scopes::{apache_files, weak_ciphers};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("apache-weak-ciphers"),
        title: "Apache offers weak ciphers",
        severity: Severity::High,
        tip: Tip::Certificate,
        cwe: &[327],
        django_checks: &[],
        consequence: "What is sent with them can be read or changed.",
        advice: "Offer `ECDHE` with AES-GCM or ChaCha20 alone; `barding generate apache` writes the list.",
        since: "0.1.0",
        page: include_str!("apache_weak_ciphers.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in apache_files(project) {
        file.walk(&mut |directive, _| {
            if !directive.name.eq_ignore_ascii_case("SSLCipherSuite") {
                return;
            }
            // A list for one protocol names it first; that of TLS 1.3 holds nothing weak.
            let list = directive.arguments.last().map_or("", String::as_str);
            let weak = weak_ciphers(list);
            if !weak.is_empty() {
                found.at(directive.span, Confidence::High, format!("Apache offers {}", weak.join(", ")));
            }
        });
    }
}
