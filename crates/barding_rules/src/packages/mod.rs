//! Rules about what the project installs. They join the packages the project names with the advisories about them, and
//! with the model of the project where that tells whether a vulnerable part is used.

mod dependency_confusion;
mod index_certificate_unchecked;
mod malicious_package;
mod mentions;
mod outdated_django;
mod plain_http_index;
mod repository_without_commit;
mod unhashed_requirement;
mod unhashed_url_requirement;
mod unpinned_requirement;
mod unsupported_django;
mod used;
mod vulnerable_package;
mod vulnerable_version_admitted;

use crate::{Facts, Rule};
use barding_deps::reach;
use barding_deps::{Advisories, Group, Manifest, Package, Packages, Role, Vulnerability};
use barding_finding::{Place, Severity};

/// The rules of this group.
pub const RULES: &[&Rule] = &[
    &dependency_confusion::RULE,
    &index_certificate_unchecked::RULE,
    &malicious_package::RULE,
    &outdated_django::RULE,
    &plain_http_index::RULE,
    &repository_without_commit::RULE,
    &unhashed_requirement::RULE,
    &unhashed_url_requirement::RULE,
    &unpinned_requirement::RULE,
    &unsupported_django::RULE,
    &vulnerable_package::RULE,
    &vulnerable_version_admitted::RULE,
];

/// Whether the model of the project could tell more about these packages: whether a vulnerable part is used.
pub fn wants_project(packages: &Packages, advisories: &Advisories) -> bool {
    packages.deciding().filter(|(_, package)| reach::knows(&package.name)).any(|(_, package)| {
        let (Some(known), Some(version)) = (advisories.of(&package.name), package.version()) else {
            return false;
        };
        known.affecting(version).iter().any(|one| reach::part(&package.name, one).is_some())
    })
}

/// The vulnerabilities of the one version a line pins, worst first.
fn vulnerabilities(facts: &Facts<'_>, package: &Package) -> Vec<Vulnerability> {
    let Some(known) = facts.advisories.as_ref().and_then(|advisories| advisories.of(&package.name)) else {
        return Vec::new();
    };
    match package.version() {
        Some(version) => known.affecting(version),
        None => match &package.wanted {
            barding_deps::Wanted::Unreadable(text) => {
                known.affecting_text(text.trim_start_matches('=').trim())
            }
            _ => Vec::new(),
        },
    }
}

fn place(package: &Package) -> Place {
    Place::Package {
        lockfile: package.place,
        name: package.name.to_string(),
        version: package.version().map(ToString::to_string).unwrap_or_default(),
    }
}

/// One step less severe, never below low.
fn milder(severity: Severity) -> Severity {
    match severity {
        Severity::Critical => Severity::High,
        Severity::High => Severity::Medium,
        _ => Severity::Low,
    }
}

/// "only for development (group `test`)", when the package is not installed on the live site.
fn development(package: &Package) -> Option<String> {
    match &package.group {
        Group::Development(name) if name.is_empty() => Some("installed only for development".to_owned()),
        Group::Development(name) => Some(format!("installed only for development (`{name}`)")),
        Group::Main | Group::Optional(_) => None,
    }
}

/// Whether the lines of this file are what an application installs, rather than what a library allows.
fn is_requirements(manifest: &Manifest) -> bool {
    manifest.role == Role::Requirements && manifest.path.extension() != Some("in")
}
