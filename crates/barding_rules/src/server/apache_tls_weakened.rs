//! `apache-tls-weakened`: Apache turns a protection of TLS off.

use super::scopes::{apache_files, visit};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("apache-tls-weakened"),
        title: "Apache turns a protection of TLS off",
        severity: Severity::High,
        tip: Tip::Https,
        cwe: &[310, 287],
        django_checks: &[],
        consequence: "Whoever is on the way can put requests in front of a visitor's own, or guess what is encrypted.",
        advice: "Take the line out: the defaults are safe.",
        since: "0.1.0",
        page: include_str!("apache_tls_weakened.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in apache_files(project) {
        for top in &file.directives {
            visit(top, &mut |directive| {
                let is = |name: &str, value: &str| {
                    directive.name.eq_ignore_ascii_case(name)
                        && directive.argument(0).eq_ignore_ascii_case(value)
                };
                let why = if is("SSLEngine", "optional") {
                    "`SSLEngine optional` lets a connection change to TLS half-way"
                } else if is("SSLInsecureRenegotiation", "on") {
                    "`SSLInsecureRenegotiation on` lets others begin the visitor's connection"
                } else if is("SSLCompression", "on") {
                    "`SSLCompression on` shows secrets by the length of what is sent"
                } else {
                    return;
                };
                found.at(directive.span, Confidence::High, why);
            });
        }
    }
}
