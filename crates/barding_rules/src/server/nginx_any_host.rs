//! `nginx-any-host`: nginx passes every Host to Django.

use super::scopes::{nginx_files, visit};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::{SettingsRole, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-any-host"),
        title: "nginx passes every Host to Django",
        severity: Severity::Medium,
        tip: Tip::HostHeader,
        cwe: &[644],
        django_checks: &[],
        consequence: "Safety rests on ALLOWED_HOSTS alone; where that allows too much, links in mails and caches can be poisoned.",
        advice: "Put a first server that gives no answer: `listen 80 default_server; listen 443 ssl default_server; ssl_reject_handshake on; return 444;`.",
        since: "0.1.0",
        page: include_str!("nginx_any_host.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    let open = project.settings.iter().any(|settings| {
        settings.role == SettingsRole::Production && settings.contains("ALLOWED_HOSTS", "*") == Truth::Yes
    });
    for file in nginx_files(project) {
        let servers = file.servers();
        for server in &servers {
            let marked = server.listens().iter().any(|listen| {
                listen.arguments.iter().any(|word| word == "default_server" || word == "default")
            });
            let names = server.names();
            // A name that the start fills in (`${DOMAIN}`) is a name.
            let nameless =
                names.iter().all(|name| matches!(*name, "_" | "" | "localhost" | "~.*" | "~^" | "*"));
            let other_default = servers.iter().any(|other| {
                !std::ptr::eq(other.server, server.server)
                    && other
                        .listens()
                        .iter()
                        .any(|listen| listen.arguments.iter().any(|word| word == "default_server"))
            });
            if !(marked || nameless && !other_default) {
                continue;
            }
            let mut pass = None;
            visit(server.server, &mut |line| {
                if matches!(line.name.as_str(), "proxy_pass" | "uwsgi_pass") && pass.is_none() {
                    pass = Some(line.span);
                }
            });
            let Some(span) = pass else { continue };
            // In a container nginx often stands behind a balancer that knows the names.
            let confidence = if marked && !names.is_empty() { Confidence::Medium } else { Confidence::Low };
            let finding =
                found.at(span, confidence, "The default server passes requests of every Host to Django");
            if open {
                finding.severity(Severity::High);
                finding.consequence(
                    "ALLOWED_HOSTS allows every name as well: links in mails and caches can be poisoned.",
                );
            }
        }
    }
}
