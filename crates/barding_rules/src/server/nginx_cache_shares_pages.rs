//! `nginx-cache-shares-pages`: the cache of nginx may hand one visitor another one's page.

use super::scopes::nginx_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::servers::nginx::value_in_effect;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-cache-shares-pages"),
        title: "The cache of nginx may hand one visitor another one's page",
        severity: Severity::High,
        tip: Tip::LiveSettings,
        cwe: &[524, 349],
        django_checks: &[],
        consequence: "Pages made for one visitor, with their data and their CSRF token, are shown to others.",
        advice: "Leave `Set-Cookie`, `Cache-Control` and `Vary` their meaning, pass requests with a session cookie by the cache, and keep the host in the key.",
        since: "0.1.0",
        page: include_str!("nginx_cache_shares_pages.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        file.walk(&mut |directive, scope| {
            let is_on = |scope: &[&barding_project::servers::nginx::Directive]| {
                value_in_effect(scope, "proxy_cache").is_some_and(|cache| cache.argument(0) != "off")
                    || scope.last().is_some_and(|level| {
                        level.children("location").any(|inner| inner.children("proxy_cache").next().is_some())
                    })
            };
            let bypasses = || {
                ["proxy_no_cache", "proxy_cache_bypass"].iter().any(|name| {
                    value_in_effect(scope, name).is_some_and(|line| {
                        line.arguments
                            .iter()
                            .any(|word| word.contains("$cookie_") || word.contains("$http_cookie"))
                    })
                })
            };
            match directive.name.as_str() {
                "proxy_ignore_headers" if is_on(scope) && !bypasses() => {
                    let ignored: Vec<&str> = directive
                        .arguments
                        .iter()
                        .map(String::as_str)
                        .filter(|name| {
                            ["Set-Cookie", "Cache-Control", "Vary"]
                                .iter()
                                .any(|kept| kept.eq_ignore_ascii_case(name))
                        })
                        .collect();
                    if ignored.iter().any(|name| name.eq_ignore_ascii_case("Set-Cookie")) {
                        let message = format!("the cache keeps pages in spite of {}", ignored.join(", "));
                        found.at(directive.span, Confidence::High, message);
                    }
                }
                "proxy_cache_key" => {
                    let key = directive.arguments.join(" ");
                    let has_host =
                        ["host", "$server_name", "$proxy_add"].iter().any(|part| key.contains(part));
                    let is_known = !key.contains("$request_id") && key.contains("uri");
                    if !has_host && is_known {
                        let message = "the key of the cache does not hold the host";
                        found.at(directive.span, Confidence::Medium, message);
                    }
                }
                _ => {}
            }
        });
    }
}
