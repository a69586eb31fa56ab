//! `dependency-confusion`: an extra index without a binding of packages to indexes.

use crate::{Check, Facts, Findings, Rule};
use barding_deps::{IndexKind, Role};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("dependency-confusion"),
        title: "Packages may come from two indexes",
        severity: Severity::Low,
        tip: Tip::Dependencies,
        cwe: &[427, 1357],
        django_checks: &[],
        consequence: "Whoever publishes a package of a private name with a higher version on the public index has it installed here.",
        advice: "Use one index that carries both (a proxy with the private packages), or a tool that binds each package to its index; registering the private names on the public index also helps.",
        since: "0.1.0",
        page: include_str!("dependency_confusion.md"),
    },
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, found: &mut Findings<'_>) {
    let Some(packages) = &facts.packages else { return };
    for manifest in &packages.manifests {
        // With hashes for everything a stranger's package is refused.
        let hashed = manifest.role == Role::Requirements
            && !manifest.packages.is_empty()
            && manifest.packages.iter().all(|package| package.hashed || !package.hash_places.is_empty());
        let no_index = manifest.options.iter().any(|option| option.kind == IndexKind::NoIndex);
        if hashed || no_index {
            continue;
        }
        let primary = manifest.options.iter().find(|option| option.kind == IndexKind::Primary);
        for option in manifest.options.iter().filter(|option| option.kind == IndexKind::Extra) {
            if primary.is_some_and(|primary| {
                primary.value.trim_end_matches('/') == option.value.trim_end_matches('/')
            }) {
                continue;
            }
            found.at(
                option.place,
                Confidence::Medium,
                format!(
                    "packages may come from `{}` or from the main index, whichever has the higher version",
                    option.value
                ),
            );
        }
    }
}
