//! `live-django-outdated`: The site runs a release of Django with known weaknesses.

use super::{add, cut, version};
use crate::{Check, Facts, Findings, Rule};
use barding_deps::advisories::osv::date_of;
use barding_deps::{PackageName, Version};
use barding_finding::{Confidence, Evidence, Role, RuleId, RuleInfo, Severity, Tip};
use barding_project::django::Series;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-django-outdated"),
        title: "The site runs a release of Django with known weaknesses",
        severity: Severity::High,
        tip: Tip::Dependencies,
        cwe: &[1104, 1395],
        django_checks: &[],
        consequence: "Weaknesses that are public work against the site.",
        advice: "Upgrade to the newest release of a supported series.",
        since: "0.1.0",
        page: include_str!("live_django_outdated.md"),
    },
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, found: &mut Findings<'_>) {
    let Some(site) = &facts.site else { return };
    let Some(seen) = version::versions(site) else {
        return found.nothing_to_judge("nothing tells the version of Django");
    };
    let exchange = version::shown_by(site);
    let Some(exchange) = exchange else { return };
    let today = date_of(facts.day());
    let series: Vec<Series> = seen.series.iter().filter_map(|name| of_name(name)).collect();
    // A series that this barding does not know may be newer than it.
    if series.len() == seen.series.len()
        && !series.is_empty()
        && series.iter().all(|series| series.end_of_life() < today.as_str())
    {
        let newest = series.iter().copied().max();
        let ended = newest.map_or("", Series::end_of_life);
        let message =
            format!("Django {} gets no security fixes any more; it ended on {ended}", words(&seen.series));
        let finding = add(
            found,
            exchange,
            Confidence::High,
            message,
            seen.because.first().cloned().unwrap_or_default(),
        );
        finding.because(
            seen.because.iter().skip(1).take(5).map(|why| Evidence::note(Role::Observed, cut(why, 300))),
        );
        return;
    }
    let (Some(exact), Some(advisories)) = (&seen.exact, &facts.advisories) else { return };
    let Ok(version) = exact.parse::<Version>() else { return };
    let Some(known) = advisories.of(&PackageName::new("django")) else { return };
    let weaknesses = known.affecting(&version);
    if !weaknesses.is_empty() {
        let mut ids: Vec<&str> = weaknesses.iter().map(|one| one.id.as_str()).take(8).collect();
        let more = weaknesses.len().saturating_sub(ids.len());
        ids.sort_unstable();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let message = format!("Django {exact} has {} known weaknesses", weaknesses.len());
        let finding = add(found, exchange, Confidence::High, message, format!("{}{more}", ids.join(", ")));
        finding.severity(Severity::Medium);
    }
}

fn of_name(name: &str) -> Option<Series> {
    let (major, minor) = name.split_once('.')?;
    let (series, exact) = Series::of_release(major.parse().ok()?, minor.parse().ok()?);
    let older = (major.parse::<u32>().ok()?, minor.parse::<u32>().ok()?) < Series::OLDEST.numbers();
    (exact || older).then_some(series)
}

fn words(series: &[String]) -> String {
    match series {
        [one] => one.clone(),
        several => format!(
            "{} to {}",
            several.first().map_or("", String::as_str),
            several.last().map_or("", String::as_str)
        ),
    }
}
