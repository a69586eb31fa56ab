//! `unsupported-django`: the project runs on a series of Django after its end of life.

use super::{development, milder, place};
use crate::{Check, Facts, Findings, Rule};
use barding_deps::advisories::osv::date_of;
use barding_deps::{Wanted, admitted};
use barding_finding::{Confidence, Evidence, Role, RuleId, RuleInfo, Severity, Tip};
use barding_project::django::Series;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("unsupported-django"),
        title: "The series of Django gets no security fixes any more",
        severity: Severity::High,
        tip: Tip::Dependencies,
        cwe: &[1104, 1395],
        django_checks: &[],
        consequence: "Weaknesses found since are not mended in this series, and often not even examined for it.",
        advice: "Move to a series with security support, one series at a time; Django's release notes list what changes.",
        since: "0.1.0",
        page: include_str!("unsupported_django.md"),
    },
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, found: &mut Findings<'_>) {
    let (Some(packages), Some(advisories)) = (&facts.packages, &facts.advisories) else { return };
    let today = date_of(facts.day());
    for (_, package) in packages.deciding().filter(|(_, package)| package.name.as_str() == "django") {
        let known = advisories.of(&package.name);
        let (version, pinned) = match (package.version(), &known) {
            (Some(version), _) => (version.clone(), true),
            (None, Some(known)) if matches!(package.wanted, Wanted::Range(_)) => {
                match admitted(&package.wanted, known) {
                    Some(admitted) => (admitted.newest, false),
                    None => continue,
                }
            }
            _ => continue,
        };
        let numbers =
            |at: usize| version.release().get(at).copied().and_then(|part| u32::try_from(part).ok());
        let (Some(major), minor) = (numbers(0), numbers(1).unwrap_or(0)) else { continue };
        let (series, exact) = Series::of_release(major, minor);
        let older = (major, minor) < Series::OLDEST.numbers();
        // A series we do not know is newer than this barding; nothing can be said about it.
        if !exact && !older || series.end_of_life() >= today.as_str() {
            continue;
        }
        let end = series.end_of_life();
        let since =
            known.map_or(0, |known| known.all().iter().filter(|one| one.published.as_str() > end).count());
        let supported: Vec<&str> = Series::ALL
            .into_iter()
            .filter(|series| series.released() <= today.as_str() && series.end_of_life() >= today.as_str())
            .map(Series::name)
            .collect();
        let message = if pinned {
            format!("Django {version} is of a series without security support")
        } else {
            format!("`django{}` admits only series of Django without security support", package.written)
        };
        let severity = if development(package).is_some() { milder(Severity::High) } else { Severity::High };
        let ended = if older {
            format!("the series ended before that of Django {series}, which ended on {end}")
        } else {
            format!("security support of Django {series} ended on {end}")
        };
        let finding = found
            .add(place(package), Confidence::High, message)
            .severity(severity)
            .because([Evidence::note(Role::Observed, ended)]);
        if since > 0 {
            let words = format!("{since} vulnerabilities of Django were published after that day");
            finding.because([Evidence::note(Role::Observed, words)]);
        }
        if !supported.is_empty() {
            finding.advice(format!(
                "Move to a series with security support ({}), one series at a time; Django's release notes list what \
                 changes",
                supported.join(", ")
            ));
        }
    }
}
