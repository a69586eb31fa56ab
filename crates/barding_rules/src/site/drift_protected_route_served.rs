//! `drift-protected-route-served`: a route that the code protects is served to everybody.

use super::known_routes::known_routes;
use super::{add, asked, cut};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, Evidence, Role, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Exchange, Missing, Purpose, Site};
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("drift-protected-route-served"),
        title: "A route that the code protects is served to everybody",
        severity: Severity::High,
        tip: Tip::Checkup,
        cwe: &[284, 862],
        django_checks: &[],
        consequence: "What the code keeps for those who are logged in is there for everybody: a cache, a copy of the pages or other code answers.",
        advice: "Look what answers at this address: a cache that keeps pages of others (`Cache-Control: private`, `Vary: Cookie`), files of an old build, an older deployment.",
        since: "0.1.0",
        page: include_str!("drift_protected_route_served.md"),
    },
    check: Check::Drift(check),
};

fn check(site: &Site, project: &Project, found: &mut Findings<'_>) {
    let known = known_routes(project);
    if !known.iter().any(|known| known.is_protected) {
        return found.nothing_to_judge("the code protects no route whose address is known");
    }
    let answers = asked(site, Purpose::ProtectedRoute, found);
    if !answers.is_empty() && answers.iter().all(|answer| matches!(answer.status, 404 | 410)) {
        return found.cannot_tell(
            "none of the routes that the code protects is there: the site runs other code, or has it under a prefix",
        );
    }
    for exchange in answers.into_iter().filter(|exchange| is_served(site, exchange)) {
        let path = exchange.path();
        let Some(known) = known.iter().find(|known| known.is_protected && known.address == path) else {
            continue;
        };
        // What unknown paths get was asked for with probes only.
        let confidence =
            if site.missing() == Missing::Honest { Confidence::High } else { Confidence::Medium };
        let entry = known.route.access.entry.words();
        let message = format!("{} is served without a login; the code asks for: {entry}", cut(&path, 80));
        let kind = exchange.media_type();
        let decisive =
            format!("the body has {} letters of `{}`", exchange.body.chars().count(), cut(&kind, 40));
        let finding = add(found, exchange, confidence, message, decisive);
        let because = known.route.access.because.first();
        let words = because.map_or_else(|| entry.clone(), |(words, _)| words.clone());
        let place = because.and_then(|(_, place)| *place).or_else(|| known.route.place());
        finding.because(
            place.map(|place| Evidence::at(Role::Defined, place, format!("protected here: {words}"))),
        );
    }
}

/// Whether an answer shows a page of its own: no login page, and not the shell that the site answers everything with.
fn is_served(site: &Site, exchange: &Exchange) -> bool {
    let is_shell = site.front().is_some_and(|front| {
        front.is_html()
            && exchange.is_html()
            && front.title() == exchange.title()
            && front.body.len().abs_diff(exchange.body.len()) <= 32
    });
    let body = exchange.body.to_ascii_lowercase();
    let leads_on = body.contains("http-equiv=\"refresh\"") || body.len() < 600 && body.contains("location");
    let title = exchange.title().to_ascii_lowercase();
    let is_login = ["log in", "login", "sign in", "signin"].iter().any(|words| title.contains(words));
    site.shows(exchange) && !body.trim().is_empty() && !is_shell && !leads_on && !is_login
}
