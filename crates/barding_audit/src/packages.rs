//! The packages of an audit: read, joined with the advisories, and what of them was not seen.

use crate::{AuditError, AuditOptions, audit, judge};
use barding_deps::advisories::osv::day_number;
use barding_deps::{Advisories, IndexKind, Packages, Role, Wanted};
use barding_finding::{AuditResult, Coverage, Need};
use barding_project::{Project, python};
use barding_rules::Facts;
use barding_source::{ReadLimits, Sources, Tree};
use camino::Utf8PathBuf;
use std::sync::{Arc, LazyLock};

/// The advisories that came with this version, opened once.
static EMBEDDED: LazyLock<Arc<Advisories>> = LazyLock::new(|| Arc::new(Advisories::embedded()));

/// Lock files may be larger than source files.
const LARGEST: u64 = 300_000_000;

/// The advisories to judge by: those given, else those that came with this version.
pub(crate) fn advisories(options: &AuditOptions) -> Arc<Advisories> {
    options.advisories.clone().unwrap_or_else(|| EMBEDDED.clone())
}

/// Today as a number of days, where the options tell it.
pub(crate) fn day(options: &AuditOptions) -> Option<u32> {
    options.today.as_deref().and_then(day_number)
}

/// Which packages to audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PackageSource {
    /// Every manifest of the tree.
    Tree,
    /// These files, whatever they are called, and those they include.
    Files(Vec<Utf8PathBuf>),
}

/// Audits only what a project installs. Whether the project uses a vulnerable part is looked up when there is code.
///
/// # Errors
/// When there is nothing to audit.
pub fn audit_packages(
    tree: &dyn Tree,
    source: &PackageSource,
    options: &AuditOptions,
) -> Result<(AuditResult, Packages), AuditError> {
    let rules = judge::selected(&options.select, &options.ignore)?;
    let sources = Sources::new(tree, ReadLimits { text: LARGEST }, python::decode);
    let packages = match source {
        PackageSource::Tree => Packages::read(&sources),
        PackageSource::Files(paths) => Packages::read_named(&sources, paths),
    };
    if packages.manifests.is_empty() && packages.problems.is_empty() && sources.problems().is_empty() {
        return Err(AuditError::Empty);
    }
    let advisories = advisories(options);
    let project = (*source == PackageSource::Tree
        && barding_rules::packages::wants_project(&packages, &advisories))
    .then(|| Project::read_without_flows(&sources, &options.project));
    let facts = Facts {
        sources: Some(&sources),
        project,
        packages: Some(packages.clone()),
        advisories: Some(advisories),
        today: day(options),
        ..Facts::default()
    };
    let mut coverage = Coverage { problems: sources.problems(), ..Coverage::default() };
    cover(&packages, &mut coverage);
    Ok((audit::judge_all(&facts, &rules, coverage, &sources, options), packages))
}

/// All names of a vulnerability, by any of them, among what is known about these packages.
pub fn names_of_vulnerability(name: &str, packages: &Packages, advisories: &Advisories) -> Vec<String> {
    let mut names = vec![name.trim().to_owned()];
    for (_, package) in packages.iter() {
        if let Some(known) = advisories.of(&package.name) {
            names.extend(known.all().into_iter().filter(|one| one.is_called(name)).flat_map(|one| one.names));
        }
    }
    names.sort();
    names.dedup();
    names
}

/// Notes in `coverage` what was seen of the packages, and what not.
pub(crate) fn cover(packages: &Packages, coverage: &mut Coverage) {
    coverage.problems.extend(packages.problems.iter().cloned());
    let python: Vec<_> =
        packages.manifests.iter().filter(|manifest| manifest.format != "JavaScript").collect();
    let count = packages.iter().count();
    if count > 0 {
        coverage.files.insert("files that name packages", python.len());
    }
    let mut gaps = Vec::new();
    let open = packages
        .iter()
        .filter(|(manifest, package)| {
            matches!(package.wanted, Wanted::Any | Wanted::Range(_) | Wanted::Unreadable(_))
                && matches!(package.group, barding_deps::Group::Main)
                && matches!(manifest.role, Role::Requirements | Role::Wishes)
                && package.constraint.is_none()
                && !packages.is_locked(manifest)
        })
        .count();
    if open > 0 {
        gaps.push(format!("{open} packages without a pinned version: what is installed is not known"));
    }
    if packages
        .manifests
        .iter()
        .flat_map(|manifest| &manifest.options)
        .any(|option| option.kind == IndexKind::FindLinks)
    {
        coverage.notes.push(
            "some packages come from folders or pages of archives; their advisories were looked up by name"
                .to_owned(),
        );
    }
    if !packages.problems.is_empty() {
        gaps.push("some lines that name packages could not be read".to_owned());
    }
    for manifest in &packages.manifests {
        for (what, number) in &manifest.not_covered {
            coverage.notes.push(format!(
                "{}: {number} {what} were not checked; barding knows advisories about Python packages only",
                manifest.path
            ));
        }
    }
    if let Some(first) = packages.copied_scripts.first() {
        let number = packages.copied_scripts.len();
        let what = if number == 1 { "JavaScript library is" } else { "JavaScript libraries are" };
        coverage.notes.push(format!(
            "{number} {what} copied into the project ({first}{}) and were not checked; barding knows advisories about \
             Python packages only",
            if number == 1 { "" } else { ", …" }
        ));
    }
    if count > 0 {
        coverage.looked_at.insert(Need::Packages, gaps);
    }
}
