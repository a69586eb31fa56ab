//! `apache-host-not-passed`: Apache does not pass the Host on.

use super::scopes::apache_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("apache-host-not-passed"),
        title: "Apache does not pass the Host on",
        severity: Severity::Low,
        tip: Tip::HostHeader,
        cwe: &[16],
        django_checks: &[],
        consequence: "Django sees the name of its own socket: links are wrong or every request is refused, and people then allow every host.",
        advice: "Add `ProxyPreserveHost On`.",
        since: "0.1.0",
        page: include_str!("apache_host_not_passed.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in apache_files(project) {
        file.walk(&mut |host, scope| {
            if !host.name.eq_ignore_ascii_case("VirtualHost") {
                return;
            }
            let block = host.block.as_deref().unwrap_or_default();
            let is = |line: &barding_project::servers::nginx::Directive, name: &str| {
                line.name.eq_ignore_ascii_case(name)
            };
            let pass = block.iter().find(|line| {
                let upstream = line.arguments.last().map_or("", String::as_str);
                is(line, "ProxyPass") && line.argument(0) == "/" && upstream.starts_with("http://")
            });
            let Some(pass) = pass else { return };
            let outer = scope.iter().flat_map(|level| level.block.iter().flatten());
            let mut all = block.iter().chain(outer).chain(&file.directives);
            let keeps = all.any(|line| {
                is(line, "ProxyPreserveHost") && line.argument(0).eq_ignore_ascii_case("on")
                    || is(line, "RequestHeader")
                        && line.arguments.iter().any(|word| word.eq_ignore_ascii_case("Host"))
                    || line.name.to_ascii_lowercase().starts_with("include")
            });
            if !keeps {
                found.at(pass.span, Confidence::Medium, "Django is asked by the name that stands here");
            }
        });
    }
}
