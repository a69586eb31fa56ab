//! `nginx-password-in-clear`: a password is asked for without TLS.

use super::scopes::{includes_more, nginx_files, server_of, tls_ends_before};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-password-in-clear"),
        title: "A password is asked for without TLS",
        severity: Severity::High,
        tip: Tip::Https,
        cwe: &[319],
        django_checks: &[],
        consequence: "Basic authentication sends the password with every request; whoever is on the way reads it.",
        advice: "Ask for it on HTTPS only, and let the server on port 80 redirect.",
        since: "0.1.0",
        page: include_str!("nginx_password_in_clear.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    if tls_ends_before(project) {
        return;
    }
    for file in nginx_files(project) {
        file.walk(&mut |directive, scope| {
            if directive.name != "auth_basic" || directive.argument(0) == "off" {
                return;
            }
            let Some(server) = server_of(scope) else { return };
            let is_local = |address: &str| {
                ["127.", "[::1]", "localhost", "unix:"].iter().any(|own| address.starts_with(own))
            };
            let listens = server.listens();
            let is_public = !listens.is_empty() && !listens.iter().any(|listen| is_local(listen.argument(0)));
            if is_public && !server.is_tls() && !includes_more(scope) {
                let message = "`auth_basic` stands in a server without TLS";
                found.at(directive.span, Confidence::Medium, message);
            }
        });
    }
}
