//! `nginx-tls-port-in-clear`: the port for HTTPS speaks plain HTTP.

use super::scopes::{includes_more, nginx_files};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-tls-port-in-clear"),
        title: "The port for HTTPS speaks plain HTTP",
        severity: Severity::High,
        tip: Tip::Https,
        cwe: &[319],
        django_checks: &[],
        consequence: "Browsers that ask port 443 get no TLS: the site fails, or what is sent there can be read on the way.",
        advice: "Write `listen 443 ssl;` and name a certificate.",
        since: "0.1.0",
        page: include_str!("nginx_tls_port_in_clear.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        file.walk(&mut |directive, _| {
            if directive.name != "server" || includes_more(&[directive]) {
                return;
            }
            let has_certificate = directive.children("ssl_certificate").next().is_some();
            let on = directive.children("ssl").any(|ssl| ssl.argument(0) == "on");
            let speaks = |word: &String| {
                matches!(word.as_str(), "ssl" | "quic" | "udp" | "proxy_protocol") || word.contains('{')
            };
            let own: Vec<_> = directive.children("listen").collect();
            for listen in &own {
                let port = listen.argument(0).rsplit(':').next().unwrap_or_default();
                if port == "443" && !on && !listen.arguments.iter().any(speaks) {
                    // Sockets are shared: another server of the same port may have turned TLS on for both.
                    let sure = if has_certificate { Confidence::High } else { Confidence::Medium };
                    found.at(listen.span, sure, "`listen 443` lacks `ssl`");
                }
            }
        });
    }
}
