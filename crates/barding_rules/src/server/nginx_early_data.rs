//! `nginx-early-data`: requests may be replayed.

use super::scopes::{nginx_files, visit};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::servers::nginx::Directive;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-early-data"),
        title: "Requests may be replayed",
        severity: Severity::Medium,
        tip: Tip::Https,
        cwe: &[294],
        django_checks: &[],
        consequence: "What a client sends in the first flight of TLS 1.3 can be sent again by anybody who recorded it.",
        advice: "Take `ssl_early_data` out, or pass `Early-Data $ssl_early_data` on and answer 425 where a request changes anything.",
        since: "0.1.0",
        page: include_str!("nginx_early_data.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        file.walk(&mut |directive, scope| {
            if directive.name != "ssl_early_data" || directive.argument(0) != "on" {
                return;
            }
            let mut tells = false;
            let mut look = |own: &Directive| {
                tells |= own.name == "proxy_set_header" && own.argument(0).eq_ignore_ascii_case("Early-Data");
            };
            match scope.last() {
                Some(level) => visit(level, &mut look),
                None => file.directives.iter().for_each(|top| visit(top, &mut look)),
            }
            if !tells {
                let message = "the application cannot tell which requests may be replays";
                found.at(directive.span, Confidence::High, message);
            }
        });
    }
}
