//! `debug-urls-in-production`: the URLs of a tool for developers are part of the live site.

use super::{is_there, live_routes};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::routes::LibraryKind;
use barding_project::{Project, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("debug-urls-in-production"),
        title: "URLs of a tool for developers are part of the live site",
        severity: Severity::Medium,
        tip: Tip::LiveSettings,
        cwe: &[489, 215],
        django_checks: &[],
        consequence: "Such tools show queries, settings and requests of other visitors to whoever reaches them.",
        advice: "Include them under `if settings.DEBUG:` alone, and install the tool in the development settings only.",
        since: "0.1.0",
        page: include_str!("debug_urls_in_production.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    for (table, route) in live_routes(project) {
        let Some(library) = route.library.filter(|library| library.kind == LibraryKind::Debug) else {
            continue;
        };
        let there = is_there(route);
        // Where the environment has to turn it on, developers do.
        if there == Truth::No || there == Truth::Maybe && !route.when.is_empty() {
            continue;
        }
        let Some(place) = route.place() else { continue };
        let confidence =
            if table.in_production == Some(Truth::Yes) { Confidence::Medium } else { Confidence::Low };
        let path = route.shown_pattern();
        found.at(
            place,
            confidence,
            format!("{} answers at `{path}`: it shows {}", library.name, library.what),
        );
    }
}
