//! The smallest step to a version without known vulnerabilities.

use crate::{Limit, PackageAdvisories, Version};

/// Where a package can go from a vulnerable version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Upgrade {
    /// The smallest later version that no record affects and every limit admits.
    To(Version),
    /// There is such a version, but a line of the project or another package does not admit it.
    Blocked {
        /// The smallest later version that no record affects.
        best: Version,
        /// The limit that stands in the way, as written, and the package that sets it.
        limit: String,
        /// Who sets it: a package, or the project itself.
        by: Option<String>,
    },
    /// The records know of no later version that is not affected.
    Unknown,
}

/// The smallest upgrade from `current` that mends everything known, within `limits`.
pub fn smallest_upgrade(current: &Version, known: &PackageAdvisories<'_>, limits: &[Limit<'_>]) -> Upgrade {
    let mut best = None;
    // The versions come in order, so the first that fits is the smallest, and the rest need not be asked about.
    for version in known.versions() {
        if version <= *current || version.any_prerelease() && !current.any_prerelease() {
            continue;
        }
        let admitted = limits.iter().all(|limit| limit.wanted.admits(&version));
        if best.is_some() && !admitted || known.is_vulnerable(&version) {
            continue;
        }
        if admitted {
            return Upgrade::To(version);
        }
        best = Some(version);
    }
    let Some(best) = best else { return Upgrade::Unknown };
    match limits.iter().find(|limit| !limit.wanted.admits(&best)) {
        Some(limit) => Upgrade::Blocked {
            limit: limit.written.clone(),
            by: limit.by.as_ref().map(ToString::to_string),
            best,
        },
        None => Upgrade::To(best),
    }
}

/// What is known about the versions that a range admits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admitted {
    /// How many known versions with vulnerabilities it admits.
    pub vulnerable: usize,
    /// The newest known version it admits.
    pub newest: Version,
    /// Whether that one has vulnerabilities.
    pub newest_is_vulnerable: bool,
    /// The lowest known version from which on nothing it admits is vulnerable.
    pub safe_from: Option<Version>,
}

/// What a range admits, of the versions the records tell us of. `None` when it admits none of them.
pub fn admitted(wanted: &crate::Wanted, known: &PackageAdvisories<'_>) -> Option<Admitted> {
    let prereleases = wanted.names_a_prerelease();
    let mut versions: Vec<Version> = known
        .known_versions()
        .into_iter()
        .filter(|version| (prereleases || !version.any_prerelease()) && wanted.admits(version))
        .collect();
    versions.sort();
    let newest = versions.last()?.clone();
    let vulnerable: Vec<bool> = versions.iter().map(|version| known.is_vulnerable(version)).collect();
    let last_bad = vulnerable.iter().rposition(|vulnerable| *vulnerable);
    Some(Admitted {
        vulnerable: vulnerable.iter().filter(|vulnerable| **vulnerable).count(),
        newest_is_vulnerable: vulnerable.last() == Some(&true),
        safe_from: last_bad.and_then(|at| versions.get(at + 1)).cloned(),
        newest,
    })
}
