//! `vulnerable-version-admitted`: a range that no lock file answers admits vulnerable versions.

use super::{development, milder, place};
use crate::{Check, Facts, Findings, Rule};
use barding_deps::{Origin, Rating, Role, Wanted, admitted};
use barding_finding::{Confidence, Evidence, Role as Part, RuleId, RuleInfo, Severity, Tip};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("vulnerable-version-admitted"),
        title: "A range admits versions with known vulnerabilities",
        severity: Severity::Info,
        tip: Tip::Dependencies,
        cwe: &[1395],
        django_checks: &[],
        consequence: "What an installation gets depends on the day and on what is already there.",
        advice: "Raise the lower bound above the last vulnerable version, and pin what is deployed in a lock file.",
        since: "0.1.0",
        page: include_str!("vulnerable_version_admitted.md"),
    },
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, found: &mut Findings<'_>) {
    let (Some(packages), Some(advisories)) = (&facts.packages, &facts.advisories) else { return };
    for (manifest, package) in packages.deciding() {
        let open =
            matches!(package.wanted, Wanted::Any | Wanted::Range(_)) && package.origin == Origin::Index;
        if !open || manifest.path.extension() == Some("in") && manifest.role == Role::Constraints {
            continue;
        }
        let Some(known) = advisories.of(&package.name) else { continue };
        let Some(admitted) = admitted(&package.wanted, &known) else { continue };
        if admitted.vulnerable == 0 {
            continue;
        }
        let asked =
            format!("{}{}", package.name, if package.written.is_empty() { "" } else { &package.written });
        let versions = match admitted.vulnerable {
            1 => "one version with a known vulnerability".to_owned(),
            many => format!("{many} versions with known vulnerabilities"),
        };
        if admitted.newest_is_vulnerable {
            let list = known.affecting(&admitted.newest);
            let worst = list.iter().map(|one| one.rating).max().unwrap_or(Rating::Unknown);
            let mut severity = match worst {
                Rating::Critical | Rating::High => Severity::High,
                Rating::Low => Severity::Low,
                Rating::Medium | Rating::Unknown => Severity::Medium,
            };
            if development(package).is_some() {
                severity = milder(severity);
            }
            let names: Vec<&str> = list.iter().take(5).map(|one| one.id.as_str()).collect();
            let more = if list.len() > names.len() { ", …" } else { "" };
            found
                .add(
                    place(package),
                    Confidence::Medium,
                    format!(
                        "`{asked}` admits {versions}, and the newest it admits, {}, is one of them",
                        admitted.newest
                    ),
                )
                .severity(severity)
                .because([Evidence::note(
                    Part::Observed,
                    format!("{} is affected by {}{more}", admitted.newest, names.join(", ")),
                )])
                .because([Evidence::note(
                    Part::NotKnown,
                    "versions that no advisory mentions are not known here, so a newer one may exist",
                )]);
            continue;
        }
        let advice = match &admitted.safe_from {
            Some(version) => {
                format!("Write `{}>={version}` and pin what is deployed in a lock file", package.name)
            }
            None => RULE.info.advice.to_owned(),
        };
        found
            .add(
                place(package),
                Confidence::Medium,
                format!(
                    "`{asked}` admits {versions}; the newest it admits that is known, {}, has none",
                    admitted.newest
                ),
            )
            .advice(advice);
    }
}
