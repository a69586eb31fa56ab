//! `nginx-redirect-to-any-host`: a redirect goes wherever the Host header says.

use super::scopes::{nginx_files, server_of};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-redirect-to-any-host"),
        title: "A redirect goes wherever the Host header says",
        severity: Severity::Medium,
        tip: Tip::HostHeader,
        cwe: &[601],
        django_checks: &[],
        consequence: "A forged Host header, or a cache in between, sends visitors to a site of the attacker's choice.",
        advice: "Redirect to a fixed name or to `$server_name`, or name the hosts in `server_name` and let a catch-all server refuse the rest.",
        since: "0.1.0",
        page: include_str!("nginx_redirect_to_any_host.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        file.walk(&mut |directive, scope| {
            if directive.name != "return" || !directive.argument(0).starts_with('3') {
                return;
            }
            let target = directive.argument(1);
            let Some((_, rest)) = target.split_once("://") else { return };
            let answers_all = server_of(scope).is_some_and(|server| {
                let is_default = |word: &String| matches!(word.as_str(), "default_server" | "default");
                server.listens().iter().any(|listen| listen.arguments.iter().any(is_default))
                    || server.names().iter().any(|name| matches!(*name, "_" | ""))
            });
            if rest.starts_with("$http_host") || answers_all && rest.starts_with("$host") {
                let message = format!("the redirect to `{target}` takes its host from the request");
                found.at(directive.span, Confidence::Medium, message);
            }
        });
    }
}
