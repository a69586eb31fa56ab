//! `outdated-django`: not the newest patch release of a supported series.

use super::place;
use crate::{Check, Facts, Findings, Rule};
use barding_deps::advisories::osv::date_of;
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::django::Series;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("outdated-django"),
        title: "A newer patch release of Django is out",
        severity: Severity::Info,
        tip: Tip::Dependencies,
        cwe: &[1104],
        django_checks: &[],
        consequence: "Patch releases mend bugs, and the next security release builds on the newest.",
        advice: "Install the newest patch release of the series.",
        since: "0.1.0",
        page: include_str!("outdated_django.md"),
    },
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, found: &mut Findings<'_>) {
    let Some(packages) = &facts.packages else { return };
    let today = date_of(facts.day());
    for (_, package) in packages.deciding().filter(|(_, package)| package.name.as_str() == "django") {
        let Some(version) = package.version() else { continue };
        // A dead series is a finding of its own, and pre-releases are not for patching.
        if version.any_prerelease() {
            continue;
        }
        let number = |at: usize| version.release().get(at).map_or(Some(0), |part| u32::try_from(*part).ok());
        let (Some(major), Some(minor), Some(patch)) = (number(0), number(1), number(2)) else { continue };
        let (series, exact) = Series::of_release(major, minor);
        if exact && series.end_of_life() >= today.as_str() && patch < series.latest_patch() {
            found
                .add(
                    place(package),
                    Confidence::High,
                    format!("Django {version} is not the newest release of its series"),
                )
                .advice(format!("Install Django {series}.{}", series.latest_patch()));
        }
    }
}
