//! `admin-at-default-url`: the admin answers where everybody looks for it.

use super::{is_there, live_routes};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::routes::Origin;
use barding_project::{Project, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("admin-at-default-url"),
        title: "The admin is at its default address",
        severity: Severity::Low,
        tip: Tip::AdminUrl,
        cwe: &[1125],
        django_checks: &[],
        consequence: "Robots try passwords at /admin/ on every site all day long.",
        advice: "Give it an address of its own, read from the environment, and limit logins; a second factor helps more than the address.",
        since: "0.1.0",
        page: include_str!("admin_at_default_url.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for (_, route) in live_routes(project) {
        let is_site = route.origin == Origin::Admin && route.name.as_deref() == Some("index");
        if !is_site || !route.pattern_known || is_there(route) == Truth::No {
            continue;
        }
        let path = route.shown_pattern();
        if !matches!(
            path.trim_start_matches("/<language>").trim_start_matches("/[<language>/]"),
            "/admin/" | "/admin" | "admin/"
        ) {
            continue;
        }
        let Some(place) = route.place() else { continue };
        let confidence = if route.when.is_empty() { Confidence::High } else { Confidence::Medium };
        found.at(place, confidence, "the admin answers at `/admin/`");
    }
}
