//! `drift-django-version`: another Django runs than the lock file names.

use super::{add, version};
use crate::{Check, Facts, Findings, Rule};
use barding_finding::{Confidence, Evidence, Role, RuleId, RuleInfo, Severity, Tip};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("drift-django-version"),
        title: "Another Django runs than the lock file names",
        severity: Severity::Medium,
        tip: Tip::Dependencies,
        cwe: &[1104],
        django_checks: &[],
        consequence: "What was audited is not what runs: weaknesses that the lock file does not have may be open.",
        advice: "Deploy anew from the lock file, and look which environment the server runs.",
        since: "0.1.0",
        page: include_str!("drift_django_version.md"),
    },
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, found: &mut Findings<'_>) {
    let (Some(site), Some(packages)) = (&facts.site, &facts.packages) else { return };
    let Some(seen) = version::versions(site) else {
        return found.nothing_to_judge("nothing tells the version of Django");
    };
    let pinned: Vec<_> = packages
        .deciding()
        .filter(|(_, package)| package.name.as_str() == "django")
        .filter_map(|(_, package)| Some((package, package.version()?)))
        .collect();
    let [(package, version)] = pinned.as_slice() else {
        return found.nothing_to_judge("no file pins one version of Django");
    };
    let series: Vec<String> = version.release().iter().take(2).map(ToString::to_string).collect();
    let series = series.join(".");
    let differs = match &seen.exact {
        Some(exact) => *exact != version.to_string(),
        None => !seen.series.contains(&series),
    };
    let exchange = version::shown_by(site);
    if let Some(exchange) = exchange.filter(|_| differs) {
        let runs = seen.exact.clone().unwrap_or_else(|| seen.series.join(" or "));
        let message = format!("Django {version} is pinned, and Django {runs} answers");
        let finding = add(
            found,
            exchange,
            Confidence::Medium,
            message,
            seen.because.first().cloned().unwrap_or_default(),
        );
        finding.because([Evidence::at(
            Role::Defined,
            package.place,
            format!("Django {version} is pinned here"),
        )]);
    }
}
