//! `live-django-version-visible`: The version of Django can be told from outside.

use super::{add, cut, version};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, Evidence, Role, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-django-version-visible"),
        title: "The version of Django can be told from outside",
        severity: Severity::Info,
        tip: Tip::Dependencies,
        cwe: &[200],
        django_checks: &[],
        consequence: "An attacker knows which weaknesses to try; keeping Django up to date is the answer, not hiding.",
        advice: "Upgrade in time. The static files of the admin can be kept to the network of the admin.",
        since: "0.1.0",
        page: include_str!("live_django_version_visible.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let Some(seen) = version::versions(site) else {
        return found.nothing_to_judge("nothing tells the version of Django");
    };
    let exchange = site
        .exchanges
        .iter()
        .find(|exchange| exchange.body.contains("Django Version:"))
        .or_else(|| site.admin_login())
        .or_else(|| version::shown_by(site));
    let Some(exchange) = exchange else { return };
    let what = match (&seen.exact, seen.series.as_slice()) {
        (Some(exact), _) => format!("Django {exact}"),
        (None, [one]) => format!("Django {one}"),
        (None, several) => format!(
            "Django {} to {}",
            several.first().map_or("", String::as_str),
            several.last().map_or("", String::as_str)
        ),
    };
    let finding = add(found, exchange, Confidence::High, format!("The site runs {what}"), "");
    let reasons = seen.because.iter().take(6).map(|why| Evidence::note(Role::Observed, cut(why, 300)));
    finding.because(reasons);
}
