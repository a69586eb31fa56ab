//! `apache-old-tls`: Apache speaks an old version of TLS.

use super::scopes::apache_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("apache-old-tls"),
        title: "Apache speaks an old version of TLS",
        severity: Severity::High,
        tip: Tip::Https,
        cwe: &[327],
        django_checks: &[],
        consequence: "Old versions have known breaks, and a client can be talked down to them.",
        advice: "`SSLProtocol -all +TLSv1.2 +TLSv1.3`.",
        since: "0.1.0",
        page: include_str!("apache_old_tls.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in apache_files(project) {
        file.walk(&mut |directive, _| {
            if !directive.name.eq_ignore_ascii_case("SSLProtocol") {
                return;
            }
            let old = old_versions(&directive.arguments);
            if !old.is_empty() {
                let all = directive
                    .arguments
                    .iter()
                    .any(|word| word.trim_start_matches('+').eq_ignore_ascii_case("all"));
                // What `all` holds depends on the build.
                let confidence = if all { Confidence::Medium } else { Confidence::High };
                found.at(directive.span, confidence, format!("Apache accepts {}", old.join(", ")));
            }
        });
    }
}

/// The old versions that are on at the end of the line.
fn old_versions(words: &[String]) -> Vec<&'static str> {
    const OLD: [&str; 4] = ["SSLv2", "SSLv3", "TLSv1", "TLSv1.1"];
    let mut on: Vec<&'static str> = Vec::new();
    for word in words {
        let (takes_away, name) = match word.strip_prefix('-') {
            Some(name) => (true, name),
            None => (false, word.strip_prefix('+').unwrap_or(word)),
        };
        // Without a sign the list begins anew.
        if !word.starts_with(['+', '-']) {
            on.clear();
        }
        let named = OLD.iter().copied().filter(|old| {
            name.eq_ignore_ascii_case(old)
                || name.eq_ignore_ascii_case("all") && !matches!(*old, "SSLv2" | "SSLv3")
        });
        let named: Vec<&'static str> = named.collect();
        if takes_away {
            let all = name.eq_ignore_ascii_case("all");
            on.retain(|version| !all && !named.contains(version));
        } else {
            on.extend(named);
        }
    }
    on
}
