//! `apache-plain-http`: Apache serves the site over plain HTTP.

use super::scopes::{apache_files, tls_ends_before};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("apache-plain-http"),
        title: "Apache serves the site over plain HTTP",
        severity: Severity::High,
        tip: Tip::Https,
        cwe: &[319],
        django_checks: &[],
        consequence: "Passwords and sessions travel in clear.",
        advice: "Redirect in the virtual host of port 80: `Redirect permanent / https://your.name/`.",
        since: "0.1.0",
        page: include_str!("apache_plain_http.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    if tls_ends_before(project) {
        return;
    }
    for file in apache_files(project) {
        file.walk(&mut |host, _| {
            let is_plain = host.name.eq_ignore_ascii_case("VirtualHost")
                && host.arguments.iter().any(|address| address.ends_with(":80"));
            if !is_plain {
                return;
            }
            let block = host.block.as_deref().unwrap_or_default();
            let is = |words: &[&str]| {
                block.iter().find(|line| words.iter().any(|word| line.name.eq_ignore_ascii_case(word)))
            };
            let redirects = block.iter().any(|line| {
                let name = line.name.to_ascii_lowercase();
                (name.starts_with("redirect") || name == "rewriterule")
                    && line.arguments.iter().any(|word| word.contains("https://") || word.contains("%{HTTPS"))
            });
            let hands_over = is(&["ProxyPass", "ProxyPassMatch", "WSGIScriptAlias"])
                .filter(|line| !line.arguments.iter().any(|word| word == "!"));
            // Another file may say more.
            if let (Some(line), false, None) = (hands_over, redirects, is(&["Include", "IncludeOptional"])) {
                found.at(
                    line.span,
                    Confidence::Medium,
                    "The virtual host of port 80 hands requests to Django instead of redirecting",
                );
            }
        });
    }
}
