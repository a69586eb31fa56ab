//! `nginx-status-page-open`: the status page of nginx is open to everybody.

use super::scopes::nginx_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-status-page-open"),
        title: "The status page of nginx is open to everybody",
        severity: Severity::Medium,
        tip: Tip::Firewall,
        cwe: &[497],
        django_checks: &[],
        consequence: "Visitors see how busy the server is and can time an attack.",
        advice: "Add `allow 127.0.0.1; deny all;` to the location.",
        since: "0.1.0",
        page: include_str!("nginx_status_page_open.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        file.walk(&mut |directive, scope| {
            let shows = directive.children("stub_status").chain(directive.children("status")).next();
            let (Some(shows), "location") = (shows, directive.name.as_str()) else { return };
            let mut around = scope.iter().copied().chain([directive]);
            let is_guarded = around.any(|level| {
                let guards = ["deny", "auth_basic", "auth_request", "internal", "ssl_verify_client"];
                guards.iter().any(|guard| level.children(guard).next().is_some())
                    || level.children("listen").any(|listen| {
                        listen.argument(0).starts_with("127.") || listen.argument(0).starts_with("unix:")
                    })
            });
            if !is_guarded {
                found.at(shows.span, Confidence::High, "`stub_status` answers everybody");
            }
        });
    }
}
