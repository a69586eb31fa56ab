//! `unhashed-url-requirement`: a direct address without a hash.

use super::place;
use crate::{Check, Facts, Findings, Rule};
use barding_deps::{Origin, Role};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("unhashed-url-requirement"),
        title: "An archive is installed from an address without a hash",
        severity: Severity::Low,
        tip: Tip::Dependencies,
        cwe: &[494, 829],
        django_checks: &[],
        consequence: "Whoever can change the archive at that address decides what is installed.",
        advice: "Add the archive's hash to the address: `#sha256=…`.",
        since: "0.1.0",
        page: include_str!("unhashed_url_requirement.md"),
    },
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, found: &mut Findings<'_>) {
    let Some(packages) = &facts.packages else { return };
    for (manifest, package) in packages.iter() {
        let Origin::Url(url) = &package.origin else { continue };
        // uv keeps the hash of an address in its lock file.
        let locked = manifest.role == Role::Wishes && packages.is_locked(manifest);
        if !package.hashed && !locked && manifest.role != Role::Installed {
            found.add(
                place(package),
                Confidence::High,
                format!("`{}` is installed from `{url}` without a hash", package.name),
            );
        }
    }
}
