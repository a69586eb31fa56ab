//! `malicious-package`: a package that is itself an attack.

use super::place;
use crate::{Check, Facts, Findings, Rule};
use barding_finding::{Confidence, Evidence, Role, RuleId, RuleInfo, Severity, Tip};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("malicious-package"),
        title: "A package that was published to attack is installed",
        severity: Severity::Critical,
        tip: Tip::Dependencies,
        cwe: &[506, 1357],
        django_checks: &[],
        consequence: "Its code ran when it was installed: take every secret of that machine for known to others.",
        advice: "Remove it, find the package that was meant, and change every secret that was on machines that installed it.",
        since: "0.1.0",
        page: include_str!("malicious_package.md"),
    },
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, found: &mut Findings<'_>) {
    let (Some(packages), Some(advisories)) = (&facts.packages, &facts.advisories) else { return };
    for (_, package) in packages.deciding() {
        let Some(known) = advisories.of(&package.name) else { continue };
        let list = match package.version() {
            Some(version) => known.affecting(version),
            // Without a version every version may come, the bad ones too.
            None => known.all(),
        };
        for one in list.iter().filter(|one| one.malicious) {
            let pinned = package.version().is_some();
            let confidence = if pinned { Confidence::High } else { Confidence::Medium };
            found
                .add(place(package), confidence, format!("`{}` is malicious: {}", package.name, one.id))
                .concerning(&one.id)
                .because([Evidence::note(
                    Role::Observed,
                    format!("reported {}; {}", one.published, one.link()),
                )]);
        }
    }
}
