//! `nginx-upgrade-passed-raw`: every request may switch to another protocol.

use super::scopes::nginx_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::servers::nginx::in_effect;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-upgrade-passed-raw"),
        title: "Every request may switch to another protocol",
        severity: Severity::Medium,
        tip: Tip::Firewall,
        cwe: &[444],
        django_checks: &[],
        consequence: "With `Upgrade: h2c` a client talks to the application behind nginx, past its limits and its `deny` lines.",
        advice: "Pass `Upgrade` only where WebSockets are served, and set `Connection` from a `map` of `$http_upgrade`.",
        since: "0.1.0",
        page: include_str!("nginx_upgrade_passed_raw.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        file.walk(&mut |directive, scope| {
            let is_ours = directive.name == "proxy_pass";
            let Some(place) =
                scope.last().filter(|level| is_ours && matches!(level.name.as_str(), "location" | "if"))
            else {
                return;
            };
            let for_sockets = ["ws", "socket", "channel", "live", "stream", "push"];
            let path = place.arguments.join(" ").to_ascii_lowercase();
            if for_sockets.iter().any(|word| path.contains(word)) {
                return;
            }
            let headers = in_effect(scope, "proxy_set_header");
            let sets = |name: &str, value: &str| {
                headers.iter().find(|header| {
                    header.argument(0).eq_ignore_ascii_case(name)
                        && header.argument(1).eq_ignore_ascii_case(value)
                })
            };
            if let (Some(_), Some(constant)) =
                (sets("Upgrade", "$http_upgrade"), sets("Connection", "upgrade"))
            {
                let message =
                    format!("`location {}` lets the client switch protocols", place.arguments.join(" "));
                found.at(constant.span, Confidence::Medium, message);
            }
        });
    }
}
