//! `public-change`: a route that changes something asks nobody who they are.

use super::{is_entrance, live_routes};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, Evidence, Role, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::routes::{Entry, Origin, Tameness};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("public-change"),
        title: "A route that changes something is open to everybody",
        severity: Severity::Medium,
        tip: Tip::Csrf,
        cwe: &[306, 862],
        django_checks: &[],
        consequence: "Strangers can change or delete what the site keeps.",
        advice: "Ask who it is: `@login_required`, `LoginRequiredMixin` or `permission_classes`; say `@login_not_required` where strangers are meant.",
        since: "0.1.0",
        page: include_str!("public_change.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for (_, route) in live_routes(project) {
        if route.access.entry != Entry::Public
            || route.access.stated
            // Permissions of an API have rules of their own.
            || route.is_api
            || !matches!(route.origin, Origin::Pattern | Origin::Router | Origin::Operation)
            || !route.is_unsafe()
            || is_entrance(route)
        {
            continue;
        }
        let Some((place, what)) = route.changes.first() else { continue };
        let Some(view) = route.view.place else { continue };
        // What an existing object is changed by is worse than something new that a stranger leaves.
        let changes_existing = what.ends_with(".delete()")
            || what.ends_with(".update()")
            || what.ends_with(".save()")
                && route.parameters.iter().any(|part| part.tameness <= Tameness::Segment);
        // A secret in the address is a key of its own.
        let has_key = route.parameters.iter().any(|part| {
            let name = part.name.to_lowercase();
            ["token", "key", "secret", "uuid", "hash", "code", "signature", "sig", "uid"]
                .iter()
                .any(|word| name.contains(word))
                || part.converter == "uuid"
        });
        let confidence = if changes_existing && !has_key { Confidence::Medium } else { Confidence::Low };
        let path = route.shown_pattern();
        let name = route.view.name.rsplit('.').next().unwrap_or_default();
        let finding = found.at(
            view,
            confidence,
            format!("`{name}` at `{path}` changes something, and everybody may call it"),
        );
        finding.because([Evidence::at(Role::Sink, *place, format!("`{what}` runs here"))]);
        if let Some(at) = route.place() {
            finding.because([Evidence::at(
                Role::Defined,
                at,
                "the route; nothing on the way asks who the visitor is",
            )]);
        }
        if has_key {
            finding.severity(Severity::Low);
        }
    }
}
