//! `nginx-host-not-passed`: nginx does not pass the site's name on.

use super::scopes::{includes_more, nginx_files, place_of};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::servers::nginx::in_effect;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-host-not-passed"),
        title: "nginx does not pass the site's name on",
        severity: Severity::Medium,
        tip: Tip::HostHeader,
        cwe: &[16],
        django_checks: &[],
        consequence: "Django sees the upstream's name: links are wrong or every request is refused, and people then open `ALLOWED_HOSTS` to `*`.",
        advice: "Add `proxy_set_header Host $host;` at the location, or at a level whose headers the location does not replace.",
        since: "0.1.0",
        page: include_str!("nginx_host_not_passed.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        file.walk(&mut |pass, scope| {
            if pass.name != "proxy_pass"
                || !scope.iter().any(|outer| outer.name == "server")
                || includes_more(scope)
            {
                return;
            }
            let headers = in_effect(scope, "proxy_set_header");
            if !headers.iter().any(|header| header.argument(0).eq_ignore_ascii_case("host")) {
                let confidence = if headers.is_empty() { Confidence::Medium } else { Confidence::High };
                let message = format!("`proxy_pass {}` without a Host header in effect", pass.argument(0));
                found.at(pass.span, confidence, message).because(
                    headers
                        .first()
                        .map(|header| place_of(header, "these headers replace all that an outer level sets")),
                );
            }
        });
    }
}
