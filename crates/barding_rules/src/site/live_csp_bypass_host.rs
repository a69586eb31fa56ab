//! `live-csp-bypass-host`: The content security policy admits a host that serves anybody's scripts.

use super::{add, csp, header};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-csp-bypass-host"),
        title: "The content security policy admits a host that serves anybody's scripts",
        severity: Severity::Low,
        tip: Tip::Xss,
        cwe: &[693],
        django_checks: &[],
        consequence: "An attacker finds a file there that runs what he wants: old versions of frameworks, callbacks, files of his own.",
        advice: "Serve the library from your own static files, or name it by hash or nonce.",
        since: "0.1.0",
        page: include_str!("live_csp_bypass_host.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let Some((page, policies)) = csp::in_force(site, found) else { return };
    let mut hosts: Vec<String> = Vec::new();
    for policy in &policies {
        if policy.names_scripts() && policy.scripts().is_some_and(|words| csp::has(words, "'strict-dynamic'"))
        {
            return;
        }
        for word in policy.scripts().unwrap_or_default() {
            let host = word
                .trim_start_matches("https://")
                .trim_start_matches("http://")
                .trim_end_matches('/')
                .to_ascii_lowercase();
            if csp::BYPASSES.contains(&host.as_str()) && !hosts.contains(&host) {
                hosts.push(host);
            }
        }
    }
    if !hosts.is_empty() {
        let message = format!(
            "The content security policy admits {}, where anybody's scripts can be had",
            hosts.join(", ")
        );
        add(found, page, Confidence::High, message, header(page, "Content-Security-Policy"));
    }
}
