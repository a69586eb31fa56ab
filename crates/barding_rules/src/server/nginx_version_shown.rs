//! `nginx-version-shown`: nginx tells its version.

use super::scopes::nginx_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("nginx-version-shown"),
        title: "nginx tells its version",
        severity: Severity::Low,
        tip: Tip::LiveSettings,
        cwe: &[497],
        django_checks: &[],
        consequence: "A scanner knows at once which known holes to try.",
        advice: "Set `server_tokens off;`.",
        since: "0.1.0",
        page: include_str!("nginx_version_shown.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in nginx_files(project) {
        file.walk(&mut |directive, _| {
            if directive.name == "server_tokens" && matches!(directive.argument(0), "on" | "build") {
                found.at(directive.span, Confidence::High, "`server_tokens` shows the version of nginx");
            }
        });
    }
}
