//! `socket-origin-unchecked`: a WebSocket does not check which site the visitor comes from.

use super::live_routes;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::routes::{Entry, Origin};
use barding_project::{Project, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("socket-origin-unchecked"),
        title: "A WebSocket accepts visitors from every site",
        severity: Severity::Medium,
        tip: Tip::Csrf,
        cwe: &[1385, 346],
        django_checks: &[],
        consequence: "A page of any site can open it with the cookies of its visitor, and read and send in the name of that visitor.",
        advice: "Put `AllowedHostsOriginValidator` around the routing of WebSockets.",
        since: "0.1.0",
        page: include_str!("socket_origin_unchecked.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    let mut said = false;
    for (_, route) in live_routes(project) {
        // One validator stands around all of them, so one finding says it.
        if said || route.origin != Origin::Socket || route.csrf.protected != Truth::No {
            continue;
        }
        let Some(place) = route.place() else { continue };
        // A socket that tells strangers nothing personal needs no protection from other sites.
        let personal = !matches!(route.access.entry, Entry::Public | Entry::Unknown);
        let (severity, confidence) =
            if personal { (Severity::Medium, Confidence::Medium) } else { (Severity::Low, Confidence::Low) };
        let path = route.shown_pattern();
        found
            .at(place, confidence, format!("the WebSocket at `{path}` is open to pages of every site"))
            .severity(severity);
        said = true;
    }
}
