//! `nginx-plain-http`: nginx serves the site without TLS.

use super::scopes::{nginx_files, tls_ends_before};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::servers::nginx::{Directive, Server};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-plain-http"),
        title: "nginx serves the site without TLS",
        severity: Severity::High,
        tip: Tip::Https,
        cwe: &[319],
        django_checks: &[],
        consequence: "Sessions, passwords and CSRF tokens travel in clear text and can be changed on the way.",
        advice: "Let port 80 do nothing but `return 301 https://$host$request_uri;` and proxy only from the server that listens with `ssl`.",
        since: "0.1.0",
        page: include_str!("nginx_plain_http.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        let servers = file.servers();
        for server in servers.iter().filter(|server| server.is_plain() && !server.is_tls()) {
            if redirects_all(server.server) || !proxies(server.server) || is_local(server) {
                continue;
            }
            if tls_ends_before(project) {
                continue;
            }
            let twin = servers.iter().any(|other| other.is_tls() && shares_name(other, server));
            // Without a twin, TLS may end before this nginx: at a load balancer or another proxy.
            let (confidence, message) = if twin {
                (
                    Confidence::High,
                    "the plain server answers itself instead of redirecting to its TLS twin".to_owned(),
                )
            } else {
                (Confidence::Low, "this server proxies to the site and listens without TLS".to_owned())
            };
            let place = server.listens().first().map_or(server.server.span, |listen| listen.span);
            found.at(place, confidence, message);
        }
    }
}

fn redirects_all(server: &Directive) -> bool {
    let to_tls = |directive: &Directive| {
        matches!(directive.name.as_str(), "return" | "rewrite")
            && directive.arguments.iter().any(|word| word.starts_with("https://"))
    };
    let block = server.block.as_deref().unwrap_or_default();
    block.iter().any(to_tls)
        || block.iter().any(|inner| {
            let everything =
                inner.name == "location" && inner.argument(inner.arguments.len().saturating_sub(1)) == "/";
            (everything || inner.name == "if") && inner.block.iter().flatten().any(to_tls)
        })
}

fn proxies(server: &Directive) -> bool {
    server.block.iter().flatten().any(|inner| {
        matches!(inner.name.as_str(), "proxy_pass" | "uwsgi_pass" | "fastcgi_pass")
            || inner.name == "location" && proxies(inner)
    })
}

fn is_local(server: &Server<'_>) -> bool {
    let listens = server.listens();
    !listens.is_empty()
        && listens.iter().all(|listen| {
            let address = listen.argument(0);
            address.starts_with("127.")
                || address.starts_with("localhost")
                || address.starts_with("unix:")
                || address.starts_with("[::1]")
        })
}

fn shares_name(a: &Server<'_>, b: &Server<'_>) -> bool {
    let names = b.names();
    a.names().iter().any(|name| names.contains(name))
}
