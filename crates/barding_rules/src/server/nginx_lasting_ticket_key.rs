//! `nginx-lasting-ticket-key`: session tickets are sealed with a key from a file.

use super::scopes::nginx_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::servers::nginx::value_in_effect;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-lasting-ticket-key"),
        title: "Session tickets are sealed with a key from a file",
        severity: Severity::Low,
        tip: Tip::Certificate,
        cwe: &[324],
        django_checks: &[],
        consequence: "Whoever gets the file later reads every recorded session that was resumed with it.",
        advice: "Leave the keys to nginx, which changes them by itself with a shared cache, or set `ssl_session_tickets off`.",
        since: "0.1.0",
        page: include_str!("nginx_lasting_ticket_key.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        file.walk(&mut |directive, scope| {
            let is_off =
                value_in_effect(scope, "ssl_session_tickets").is_some_and(|own| own.argument(0) == "off");
            if directive.name == "ssl_session_ticket_key" && !is_off {
                let message = format!("`{}` seals tickets until somebody changes it", directive.argument(0));
                found.at(directive.span, Confidence::Medium, message);
            }
        });
    }
}
