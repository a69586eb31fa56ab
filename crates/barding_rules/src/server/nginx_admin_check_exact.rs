//! `nginx-admin-check-exact`: the check on the admin covers one address only.

use super::scopes::nginx_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::servers::nginx::Directive;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-admin-check-exact"),
        title: "The check on the admin covers one address only",
        severity: Severity::Medium,
        tip: Tip::AdminUrl,
        cwe: &[288],
        django_checks: &[],
        consequence: "`/admin/login/` and every page below answer everybody; only the one address is checked.",
        advice: "Check the whole prefix: `location ^~ /admin/ { … }`.",
        since: "0.1.0",
        page: include_str!("nginx_admin_check_exact.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        file.walk(&mut |directive, _| {
            if directive.name != "server" {
                return;
            }
            let guards = |location: &Directive| {
                ["deny", "auth_basic", "auth_request", "ssl_verify_client"]
                    .iter()
                    .any(|guard| location.children(guard).next().is_some())
            };
            for exact in directive.children("location").filter(|location| {
                location.argument(0) == "=" && location.argument(1).contains("admin") && guards(location)
            }) {
                let path = exact.argument(1).trim_matches('/');
                let covers = |location: &Directive| {
                    location.argument(0) != "="
                        && location.arguments.last().is_some_and(|own| own.contains(path))
                        && guards(location)
                };
                if !guards(directive) && !directive.children("location").any(covers) {
                    let message =
                        format!("only `{}` itself is checked, not what is below", exact.argument(1));
                    found.at(exact.span, Confidence::High, message);
                }
            }
        });
    }
}
