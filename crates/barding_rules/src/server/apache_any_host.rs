//! `apache-any-host`: Apache passes every Host to Django.

use super::scopes::{apache_files, visit};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("apache-any-host"),
        title: "Apache passes every Host to Django",
        severity: Severity::Medium,
        tip: Tip::HostHeader,
        cwe: &[644],
        django_checks: &[],
        consequence: "Safety rests on ALLOWED_HOSTS alone; where that allows too much, links in mails and caches can be poisoned.",
        advice: "Put a first `<VirtualHost>` that gives no answer: `Require all denied`.",
        since: "0.1.0",
        page: include_str!("apache_any_host.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in apache_files(project) {
        let mut sockets: Vec<&str> = Vec::new();
        let more = file.directives.iter().any(|line| line.name.to_ascii_lowercase().starts_with("include"));
        file.walk(&mut |host, _| {
            if !host.name.eq_ignore_ascii_case("VirtualHost") || sockets.contains(&host.argument(0)) {
                return;
            }
            // The first of a socket answers for every name that no other has.
            sockets.push(host.argument(0));
            let mut pass = None;
            visit(host, &mut |line| {
                let passes = ["ProxyPass", "ProxyPassMatch", "WSGIScriptAlias"]
                    .iter()
                    .any(|name| line.name.eq_ignore_ascii_case(name));
                if passes && pass.is_none() && !line.arguments.iter().any(|word| word == "!") {
                    pass = Some(line.span);
                }
            });
            if let (Some(span), false) = (pass, more) {
                let message = format!(
                    "the first host of `{}` passes requests of every name to Django",
                    host.argument(0)
                );
                found.at(span, Confidence::Low, message);
            }
        });
    }
}
