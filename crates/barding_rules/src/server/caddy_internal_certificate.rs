//! `caddy-internal-certificate`: a public site has a certificate that nobody trusts.

use super::scopes::{caddy_files, visit};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("caddy-internal-certificate"),
        title: "A public site has a certificate that nobody trusts",
        severity: Severity::Medium,
        tip: Tip::Certificate,
        cwe: &[295],
        django_checks: &[],
        consequence: "Browsers warn, people learn to click the warning away, and then an attacker's certificate passes too.",
        advice: "Take `tls internal` out: Caddy gets a trusted certificate by itself.",
        since: "0.1.0",
        page: include_str!("caddy_internal_certificate.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in caddy_files(project) {
        for site in file.directives.iter().filter(|site| site.block.is_some()) {
            let Some(name) = std::iter::once(&site.name).chain(&site.arguments).find(|name| is_public(name))
            else {
                continue;
            };
            visit(site, &mut |line| {
                if line.name == "tls" && line.argument(0) == "internal" {
                    let message = format!("`{name}` gets a certificate of Caddy's own authority");
                    found.at(line.span, Confidence::Medium, message);
                }
            });
        }
    }
}

/// Whether an address is a name that the Internet knows.
fn is_public(address: &str) -> bool {
    let host = address.trim_start_matches("https://").split(['/', ':']).next().unwrap_or_default();
    let private =
        ["localhost", "local", "internal", "lan", "test", "home", "corp", "intranet", "localdomain", "arpa"];
    let last = host.rsplit('.').next().unwrap_or_default();
    host.contains('.')
        && !host.contains(['{', '*', '$'])
        && !private.contains(&last)
        && last.starts_with(|c: char| c.is_ascii_alphabetic())
}
