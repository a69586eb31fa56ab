//! `files-served-by-django`: Django itself serves files in production.

use super::{is_there, live_routes};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("files-served-by-django"),
        title: "Django serves files by itself in production",
        severity: Severity::Medium,
        tip: Tip::Uploads,
        cwe: &[552],
        django_checks: &[],
        consequence: "`django.views.static.serve` is slow, checks nobody, and sends uploads from the site itself, where HTML and SVG run as its pages.",
        advice: "Let the web server or a storage service send them, from a host of their own where visitors upload; keep `serve` under `if settings.DEBUG:`.",
        since: "0.1.0",
        page: include_str!("files_served_by_django.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for (_, route) in live_routes(project) {
        if !matches!(
            route.view.name.as_str(),
            "django.views.static.serve" | "django.contrib.staticfiles.views.serve"
        ) {
            continue;
        }
        let there = is_there(route);
        if there == Truth::No || there == Truth::Maybe {
            continue;
        }
        let Some(place) = route.place() else { continue };
        // `static()` is empty outside debug mode; that it is here says that DEBUG is on, which has a rule of its own.
        if route.origin == barding_project::routes::Origin::Files {
            continue;
        }
        // Behind a login or another test it is a choice.
        let confidence = if route.wrappers.is_empty() { Confidence::Medium } else { Confidence::Low };
        let path = route.shown_pattern();
        found.at(place, confidence, format!("`serve` sends files at `{path}` whatever DEBUG is"));
    }
}
