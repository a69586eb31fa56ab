//! `nginx-public-resolver`: names of upstreams are asked from a public resolver.

use super::scopes::nginx_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-public-resolver"),
        title: "Names of upstreams are asked from a public resolver",
        severity: Severity::Low,
        tip: Tip::Firewall,
        cwe: &[350],
        django_checks: &[],
        consequence: "Whoever forges an answer on the way chooses where nginx sends the requests.",
        advice: "Name a resolver on the same machine or network.",
        since: "0.1.0",
        page: include_str!("nginx_public_resolver.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        file.walk(&mut |directive, _| {
            if directive.name != "resolver" {
                return;
            }
            let is_public = |word: &&String| {
                let host = word.trim_start_matches('[');
                let host = host.split(']').next().unwrap_or_default();
                let host =
                    if word.starts_with('[') { host } else { host.split(':').next().unwrap_or_default() };
                const KNOWN: [&str; 8] = [
                    "8.8.8.8",
                    "8.8.4.4",
                    "1.1.1.1",
                    "1.0.0.1",
                    "9.9.9.9",
                    "208.67.222.222",
                    "208.67.220.220",
                    "77.88.8.8",
                ];
                KNOWN.contains(&host)
                    || host.starts_with("2001:4860:4860:")
                    || host.starts_with("2606:4700:4700:")
            };
            if let Some(word) = directive.arguments.iter().find(is_public) {
                let message = format!("nginx asks {word}, beyond the own network, for names");
                found.at(directive.span, Confidence::High, message);
            }
        });
    }
}
