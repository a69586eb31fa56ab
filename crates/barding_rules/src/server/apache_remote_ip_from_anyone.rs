//! `apache-remote-ip-from-anyone`: Apache believes any client about its address.

use super::scopes::{apache_files, deployed, visit};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("apache-remote-ip-from-anyone"),
        title: "Apache believes any client about its address",
        severity: Severity::Medium,
        tip: Tip::Https,
        cwe: &[348],
        django_checks: &[],
        consequence: "Visitors choose the address that logs, lock-outs and access rules see.",
        advice: "Name the proxies with `RemoteIPTrustedProxy` or `RemoteIPInternalProxy`.",
        since: "0.1.0",
        page: include_str!("apache_remote_ip_from_anyone.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in apache_files(project).filter(|file| deployed(&file.file)) {
        let (mut header, mut names_proxies) = (None, false);
        for top in &file.directives {
            visit(top, &mut |directive| match directive.name.to_ascii_lowercase().as_str() {
                "remoteipheader" => header = Some(directive.span),
                "remoteiptrustedproxy"
                | "remoteipinternalproxy"
                | "remoteiptrustedproxylist"
                | "remoteipinternalproxylist" => names_proxies = true,
                "include" | "includeoptional" => names_proxies = true,
                _ => {}
            });
        }
        if let (Some(place), false) = (header, names_proxies) {
            let message = "`RemoteIPHeader` is read from everybody: no proxy is named";
            found.at(place, Confidence::Medium, message);
        }
    }
}
