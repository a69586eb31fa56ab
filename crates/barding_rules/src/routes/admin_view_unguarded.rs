//! `admin-view-unguarded`: a view that a ModelAdmin adds is open to everybody.

use super::live_routes;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::routes::{Entry, Origin};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("admin-view-unguarded"),
        title: "A view of the admin asks nobody who they are",
        severity: Severity::High,
        tip: Tip::AdminUrl,
        cwe: &[306, 862],
        django_checks: &[],
        consequence: "Views that `get_urls` adds are ordinary views: without `admin_view` anybody may call them.",
        advice: "Wrap it: `path(\"…/\", self.admin_site.admin_view(self.view))`.",
        since: "0.1.0",
        page: include_str!("admin_view_unguarded.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for (_, route) in live_routes(project) {
        if route.origin != Origin::Admin || route.access.entry != Entry::Public || route.view.place.is_none()
        {
            continue;
        }
        let Some(place) = route.place() else { continue };
        let name = route.view.name.rsplit('.').next().unwrap_or_default();
        found.at(
            place,
            Confidence::Medium,
            format!("`{name}` is added to the admin without `admin_view`, and asks nobody who they are"),
        );
    }
}
