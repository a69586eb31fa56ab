//! `caddy-admin-exposed`: caddy's admin interface is open.

use super::scopes::caddy_files;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("caddy-admin-exposed"),
        title: "Caddy's admin interface is open",
        severity: Severity::Critical,
        tip: Tip::Firewall,
        cwe: &[306],
        django_checks: &[],
        consequence: "Whoever reaches it replaces the whole configuration: certificates, files, upstreams.",
        advice: "`admin localhost:2019`, which is the default, or `admin off`.",
        since: "0.1.0",
        page: include_str!("caddy_admin_exposed.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for file in caddy_files(project) {
        for line in
            file.directives.iter().filter(|top| top.name.is_empty()).flat_map(|top| top.children("admin"))
        {
            let address = line.argument(0);
            let open =
                address.starts_with(':') || address.starts_with("0.0.0.0") || address.starts_with("[::]");
            if open {
                found.at(line.span, Confidence::High, format!("The admin interface listens on `{address}`"));
            }
        }
    }
}
