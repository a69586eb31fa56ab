//! `unhashed-requirement`: a requirement without a hash among hashed ones.

use crate::{Check, Facts, Findings, Rule};
use barding_deps::{IndexKind, Origin, Role};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("unhashed-requirement"),
        title: "Some requirements carry no hash though others do",
        severity: Severity::Low,
        tip: Tip::Dependencies,
        cwe: &[494],
        django_checks: &[],
        consequence: "pip refuses the whole file as soon as one line has a hash, or the one line is taken unchecked where hashes are not required.",
        advice: "Write the hashes of every package with the tool that wrote the others (`pip-compile --generate-hashes`, `uv pip compile --generate-hashes`).",
        since: "0.1.0",
        page: include_str!("unhashed_requirement.md"),
    },
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, found: &mut Findings<'_>) {
    let Some(packages) = &facts.packages else { return };
    for manifest in packages.manifests.iter().filter(|manifest| manifest.role == Role::Requirements) {
        let required = manifest.options.iter().any(|option| option.kind == IndexKind::RequireHashes);
        if !required && !manifest.packages.iter().any(|package| !package.hash_places.is_empty()) {
            continue;
        }
        for package in manifest.packages.iter().filter(|package| !package.hashed) {
            // Folders and repositories cannot have a hash; pip says so itself.
            if matches!(package.origin, Origin::Index | Origin::Url(_)) {
                found.at(
                    package.place,
                    Confidence::High,
                    format!("`{}` carries no hash though this file uses hashes", package.name),
                );
            }
        }
    }
}
