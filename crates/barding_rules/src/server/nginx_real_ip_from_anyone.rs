//! `nginx-real-ip-from-anyone`: every client may name its own address.

use super::scopes::nginx_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-real-ip-from-anyone"),
        title: "Every client may name its own address",
        severity: Severity::High,
        tip: Tip::Firewall,
        cwe: &[348],
        django_checks: &[],
        consequence: "Rate limits, lock-outs and address lists can be passed with a header.",
        advice: "List the networks of your own proxies in `set_real_ip_from`.",
        since: "0.1.0",
        page: include_str!("nginx_real_ip_from_anyone.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        file.walk(&mut |directive, _| {
            if directive.name == "set_real_ip_from" && matches!(directive.argument(0), "0.0.0.0/0" | "::/0") {
                found.at(
                    directive.span,
                    Confidence::High,
                    "nginx believes the address header of every client",
                );
            }
        });
    }
}
