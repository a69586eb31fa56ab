//! `apache-status-page-open`: the status page of Apache is open to everybody.

use super::scopes::apache_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("apache-status-page-open"),
        title: "The status page of Apache is open to everybody",
        severity: Severity::Medium,
        tip: Tip::Firewall,
        cwe: &[497],
        django_checks: &[],
        consequence: "Visitors see each request with its address, tokens in the query among them.",
        advice: "`Require ip` with your own network. Behind a proxy on the same machine `Require local` lets everybody in.",
        since: "0.1.0",
        page: include_str!("apache_status_page_open.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in apache_files(project) {
        file.walk(&mut |directive, _| {
            let handler = directive.block.iter().flatten().find(|line| {
                line.name.eq_ignore_ascii_case("SetHandler")
                    && matches!(line.argument(0), "server-status" | "server-info")
            });
            let Some(handler) = handler else { return };
            let is_guarded = directive.block.iter().flatten().any(|line| {
                let name = line.name.to_ascii_lowercase();
                name == "require" && !(line.argument(0) == "all" && line.argument(1) == "granted")
                    || name == "deny"
                    || name.starts_with("<require")
                    || name.starts_with("require") && line.block.is_some()
            });
            if !is_guarded {
                found.at(
                    handler.span,
                    Confidence::High,
                    format!("`{}` answers everybody", handler.argument(0)),
                );
            }
        });
    }
}
