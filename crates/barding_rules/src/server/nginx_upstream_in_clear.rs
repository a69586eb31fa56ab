//! `nginx-upstream-in-clear`: requests go to a public address in clear.

use super::scopes::nginx_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use std::net::IpAddr;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-upstream-in-clear"),
        title: "Requests go to a public address in clear",
        severity: Severity::High,
        tip: Tip::Https,
        cwe: &[319],
        django_checks: &[],
        consequence: "Everybody on the way between nginx and the upstream reads passwords and sessions.",
        advice: "Pass to `https://` with `proxy_ssl_verify on`, or through a tunnel to a private address.",
        since: "0.1.0",
        page: include_str!("nginx_upstream_in_clear.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        file.walk(&mut |directive, _| {
            let (address, is_upstream) = match directive.name.as_str() {
                "proxy_pass" => match directive.argument(0).strip_prefix("http://") {
                    Some(rest) => (rest, false),
                    None => return,
                },
                "upstream" => ("", true),
                _ => return,
            };
            let is_plain = |name: &str| {
                let mut plain = false;
                file.walk(&mut |pass, _| {
                    plain |= pass.name == "proxy_pass"
                        && pass.argument(0).strip_prefix("http://").is_some_and(|rest| host(rest) == name);
                });
                plain
            };
            if is_upstream {
                for server in directive.children("server").filter(|server| is_public(server.argument(0))) {
                    if is_plain(directive.argument(0)) {
                        let message = format!("requests travel to {} in clear", host(server.argument(0)));
                        found.at(server.span, Confidence::High, message);
                    }
                }
            } else if is_public(address) {
                let message = format!("requests travel to {} in clear", host(address));
                found.at(directive.span, Confidence::High, message);
            }
        });
    }
}

/// The host of an address, without port and path.
fn host(address: &str) -> &str {
    let address = address.split('/').next().unwrap_or_default();
    match address.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => address.split(':').next().unwrap_or_default(),
    }
}

/// Whether an address is one of the Internet's. Names are not looked up, and documentation's addresses count as public.
fn is_public(address: &str) -> bool {
    match host(address).parse::<IpAddr>() {
        Ok(IpAddr::V4(v4)) => {
            let shared = v4.octets()[0] == 100 && (64..128).contains(&v4.octets()[1]);
            !(v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_unspecified() || shared)
        }
        Ok(IpAddr::V6(v6)) => {
            let first = v6.segments()[0];
            !(v6.is_loopback() || v6.is_unspecified() || first & 0xfe00 == 0xfc00 || first & 0xffc0 == 0xfe80)
        }
        Err(_) => false,
    }
}
