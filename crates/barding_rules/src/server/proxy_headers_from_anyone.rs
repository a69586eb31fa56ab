//! `proxy-headers-from-anyone`: the application server believes proxy headers of every client.

use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("proxy-headers-from-anyone"),
        title: "The application server believes proxy headers of every client",
        severity: Severity::High,
        tip: Tip::Https,
        cwe: &[348],
        django_checks: &[],
        consequence: "Clients that reach the port decide what `request.is_secure()` and the client's address are.",
        advice: "Name the proxy's address in `--forwarded-allow-ips`, or let the server listen on a unix socket only.",
        since: "0.1.0",
        page: include_str!("proxy_headers_from_anyone.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for command in project.servers.commands.iter().filter(|command| !command.for_development) {
        let server =
            ["gunicorn", "uvicorn", "hypercorn", "daphne"].into_iter().find(|server| command.has(server));
        let Some(server) = server else { continue };
        // Behind a unix socket only the web server is there to believe.
        let is_behind_socket = project
            .servers
            .commands
            .iter()
            .filter(|other| {
                other.span == command.span
                    || other.starter == command.starter && other.span.file == command.span.file
            })
            .any(|other| other.words.iter().any(|word| word.contains("unix:/")));
        if is_behind_socket {
            continue;
        }
        let mut words = command.words.iter().peekable();
        while let Some(word) = words.next() {
            let value = match word.strip_prefix("--forwarded-allow-ips") {
                Some("") => words.peek().map(|next| next.as_str()),
                Some(rest) => rest.strip_prefix('='),
                None => None,
            };
            if value.is_some_and(|value| value.trim_matches(['"', '\'']) == "*") {
                found.at(
                    command.span,
                    Confidence::Medium,
                    format!("{} starts {server} that believes the headers of every client", command.starter),
                );
            }
        }
    }
}
