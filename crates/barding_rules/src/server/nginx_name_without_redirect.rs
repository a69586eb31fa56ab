//! `nginx-name-without-redirect`: a name is not served on port 80.

use super::scopes::nginx_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::servers::nginx::Server;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-name-without-redirect"),
        title: "A name is not served on port 80",
        severity: Severity::Low,
        tip: Tip::Https,
        cwe: &[16],
        django_checks: &[],
        consequence: "Who types the name without `https://` gets another server, or none.",
        advice: "Name it in the server of port 80 that redirects.",
        since: "0.1.0",
        page: include_str!("nginx_name_without_redirect.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        let servers = file.servers();
        let on_80: Vec<&Server<'_>> = servers.iter().filter(|server| is_on_80(server)).collect();
        let takes_all = |server: &&Server<'_>| {
            let names = server.names();
            let is_default = server
                .listens()
                .iter()
                .any(|line| line.arguments.iter().any(|word| word == "default_server"));
            let redirects = server.server.block.iter().flatten().any(|line| {
                line.name == "include"
                    || line.name == "return" && line.argument(0).starts_with('3')
                    || line.name == "location"
            });
            redirects
                && (is_default || names.is_empty() || names.iter().any(|name| matches!(*name, "_" | "")))
        };
        let more = file.directives.iter().any(|line| line.name == "include");
        // A file of one server alone may be one of several.
        if on_80.is_empty() || on_80.iter().any(takes_all) || more {
            continue;
        }
        let known: Vec<&str> = on_80.iter().flat_map(|server| server.names()).collect();
        for server in servers.iter().filter(|server| server.is_tls() && !is_on_80(server)) {
            let is_plain = |name: &str| name.contains('.') && !name.contains(['$', '{', '~', '*', '<']);
            let covers = |name: &str, wide: &str| {
                wide == name
                    || wide.contains(['~', '$', '{'])
                    || wide.strip_prefix('*').is_some_and(|end| name.ends_with(end))
                    || wide.strip_prefix('.').is_some_and(|end| name.ends_with(end))
            };
            let missing = server
                .names()
                .into_iter()
                .find(|name| is_plain(name) && !known.iter().any(|wide| covers(name, wide)));
            if let Some(name) = missing {
                let line = server
                    .server
                    .children("server_name")
                    .find(|line| line.arguments.iter().any(|word| word == name));
                let place = line.map_or(server.server.span, |line| line.span);
                found.at(place, Confidence::Low, format!("no server of port 80 knows `{name}`"));
            }
        }
    }
}

fn is_on_80(server: &Server<'_>) -> bool {
    let listens = server.listens();
    listens.is_empty()
        || listens.iter().any(|line| {
            let port = line.argument(0).rsplit(':').next().unwrap_or_default();
            (port == "80" || line.argument(0).contains('.') && !line.argument(0).contains(':'))
                && !line.arguments.iter().any(|word| word == "ssl" || word == "quic")
        })
}
