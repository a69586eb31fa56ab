//! `nginx-old-tls`: nginx offers outdated TLS versions.

use super::scopes::nginx_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-old-tls"),
        title: "nginx offers outdated TLS versions",
        severity: Severity::High,
        tip: Tip::Certificate,
        cwe: &[327],
        django_checks: &[],
        consequence: "TLS 1.0, 1.1 and SSL have known breaks, and a client can be pushed down to them.",
        advice: "Write `ssl_protocols TLSv1.2 TLSv1.3;`.",
        since: "0.1.0",
        page: include_str!("nginx_old_tls.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        file.walk(&mut |directive, _| {
            if directive.name != "ssl_protocols" {
                return;
            }
            let old: Vec<_> = directive
                .arguments
                .iter()
                .filter(|word| matches!(word.as_str(), "SSLv2" | "SSLv3" | "TLSv1" | "TLSv1.0" | "TLSv1.1"))
                .cloned()
                .collect();
            if !old.is_empty() {
                found.at(directive.span, Confidence::High, format!("nginx offers {}", old.join(", ")));
            }
        });
    }
}
