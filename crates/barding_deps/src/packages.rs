//! All manifests of a project, joined: includes followed, constraints applied, reasons worked out.

use crate::lockfiles::{self, Format};
use crate::manifest::{Manifest, Reading, Role};
use crate::vendored;
use crate::{Group, Package, PackageName, Wanted};
use barding_source::{FileId, Problem, SourceFile, Sources, Span};
use camino::{Utf8Path, Utf8PathBuf};
use std::collections::{BTreeMap, BTreeSet};

/// What a project installs, file by file.
#[derive(Clone, Debug, Default)]
pub struct Packages {
    /// The files, sorted by path.
    pub manifests: Vec<Manifest>,
    /// What could not be read or followed.
    pub problems: Vec<Problem>,
    /// Copies of JavaScript libraries, by path. Nothing is known about their vulnerabilities.
    pub copied_scripts: Vec<Utf8PathBuf>,
}

/// How many files one file may name, directly and through others.
const MAX_INCLUDED: usize = 1000;

impl Packages {
    /// Reads every manifest of the tree.
    pub fn read(sources: &Sources<'_>) -> Self {
        let named = sources.paths().iter().enumerate().filter_map(|(at, path)| {
            lockfiles::format_of(path)
                .filter(|format| format.role == Role::Installed || !vendored::is_copied(path))
                .map(|format| (FileId(at as u32), format))
        });
        let mut packages = Self::from_files(sources, named.collect());
        packages.copied_scripts =
            sources.paths().iter().filter(|path| vendored::is_library(path)).cloned().collect();
        packages
    }

    /// Reads the named files, whatever they are called, and those they include. A name that no format owns is read
    /// as a requirements file, as pip would.
    pub fn read_named(sources: &Sources<'_>, paths: &[Utf8PathBuf]) -> Self {
        let mut problems = Vec::new();
        let mut named = Vec::new();
        for path in paths {
            let id = sources.id(path).or_else(|| sources.read_unlisted(path).map(|file| file.id));
            match id {
                Some(id) => {
                    named.push((id, lockfiles::format_of(path).unwrap_or(&lockfiles::requirements::FORMAT)));
                }
                None => problems.push(Problem::with_file(path.clone(), "there is no such file")),
            }
        }
        let mut packages = Self::from_files(sources, named);
        packages.problems.extend(problems);
        packages.problems.sort();
        packages
    }

    fn from_files(sources: &Sources<'_>, named: Vec<(FileId, &'static Format)>) -> Self {
        let mut found: BTreeMap<FileId, Reading> = BTreeMap::new();
        let mut waiting: Vec<(FileId, &'static Format)> = named;
        let mut problems = Vec::new();
        let mut included = 0;
        waiting.reverse();
        while let Some((id, format)) = waiting.pop() {
            if found.contains_key(&id) {
                continue;
            }
            // A file that cannot be read is already among the problems of `sources`.
            let Some(file) = sources.file(id) else { continue };
            let reading = read_file(&file, format);
            for include in &reading.manifest.includes {
                included += 1;
                if included > MAX_INCLUDED {
                    problems.push(Problem::at(
                        include.place,
                        "too many files are included; this one was not read",
                    ));
                    continue;
                }
                match resolve(&file.path, &include.path) {
                    Target::Inside(path) => {
                        let id =
                            sources.id(&path).or_else(|| sources.read_unlisted(&path).map(|file| file.id));
                        match id {
                            Some(id) => {
                                let format = lockfiles::format_of(&path).unwrap_or(if include.constraints {
                                    &lockfiles::requirements::CONSTRAINTS
                                } else {
                                    &lockfiles::requirements::FORMAT
                                });
                                waiting.push((id, format));
                            }
                            None => problems.push(Problem::at(
                                include.place,
                                format!("`{}` is included but there is no such file", include.path),
                            )),
                        }
                    }
                    Target::Outside => problems.push(Problem::at(
                        include.place,
                        format!("`{}` lies outside the audited folder, so it was not read", include.path),
                    )),
                    Target::Address => problems.push(Problem::at(
                        include.place,
                        format!(
                            "`{}` is on another machine, so it was not read",
                            crate::manifest::without_credentials(&include.path)
                        ),
                    )),
                }
            }
            found.insert(id, reading);
        }
        let mut packages = Self { problems, ..Self::default() };
        for (_, reading) in found {
            packages.problems.extend(reading.problems);
            packages.manifests.push(reading.manifest);
        }
        packages.manifests.sort_by(|a, b| a.path.cmp(&b.path));
        packages.constrain();
        packages.explain();
        packages.problems.sort();
        packages.problems.dedup();
        packages
    }

    /// Every package with the file that names it.
    pub fn iter(&self) -> impl Iterator<Item = (&Manifest, &Package)> {
        self.manifests
            .iter()
            .flat_map(|manifest| manifest.packages.iter().map(move |package| (manifest, package)))
    }

    /// Every line that decides what is installed: not ranges that a lock file answers, not lines whose version a
    /// constraints file chose.
    pub fn deciding(&self) -> impl Iterator<Item = (&Manifest, &Package)> {
        self.manifests
            .iter()
            .filter(|manifest| !self.is_locked(manifest))
            .flat_map(|manifest| manifest.packages.iter().map(move |package| (manifest, package)))
            .filter(|(_, package)| package.constraint.is_none())
    }

    /// The versions a package is pinned to, with where: lock files and pinned requirements.
    pub fn pinned<'a>(&'a self, name: &'a str) -> impl Iterator<Item = (&'a Manifest, &'a Package)> {
        self.iter().filter(move |(_, package)| package.name.as_str() == name && package.version().is_some())
    }

    /// Whether the ranges of this file are answered by a lock file beside it.
    pub fn is_locked(&self, manifest: &Manifest) -> bool {
        self.lock_of(manifest).is_some()
    }

    /// The lock file that answers for this file's ranges: `requirements.txt` for `requirements.in`, a lock file in the
    /// same or a parent folder for `pyproject.toml`.
    pub fn lock_of(&self, manifest: &Manifest) -> Option<&Manifest> {
        if matches!(manifest.role, Role::Lock | Role::Installed | Role::BillOfMaterials) {
            return None;
        }
        let folder = manifest.path.parent()?;
        if manifest.path.extension() == Some("in") {
            let compiled = manifest.path.with_extension("txt");
            return self.manifests.iter().find(|other| other.path == compiled && !other.packages.is_empty());
        }
        let fits = |other: &&Manifest| -> bool {
            if other.packages.is_empty() {
                return false;
            }
            match (manifest.format, other.format) {
                ("Pipfile", format) => format == "Pipfile.lock" && other.path.parent() == Some(folder),
                ("conda environment", format) => {
                    format == "conda-lock" && other.path.parent() == Some(folder)
                }
                ("pyproject.toml" | "setup.cfg" | "setup.py", "poetry.lock" | "pdm.lock" | "pylock.toml") => {
                    other.path.parent() == Some(folder)
                }
                // A workspace of uv has one lock file for its members.
                ("pyproject.toml" | "setup.cfg" | "setup.py", "uv.lock") => {
                    other.path.parent().is_some_and(|root| folder.starts_with(root))
                }
                // A requirements file beside it that was compiled from it says so in its comments.
                ("pyproject.toml" | "setup.cfg" | "setup.py", "requirements file") => {
                    other.path.parent() == Some(folder)
                        && other.path.extension() == Some("txt")
                        && other.packages.iter().any(|package| package.direct.is_some())
                        && other.packages.iter().filter(|package| package.version().is_some()).count() * 10
                            >= other.packages.len() * 9
                }
                _ => false,
            }
        };
        self.manifests.iter().find(fits)
    }

    /// The limits that other lines of the same set of files put on a package: constraints, wishes beside a lock file,
    /// and what other packages of the lock file require.
    pub fn limits(&self, manifest: &Manifest, package: &Package) -> Vec<Limit<'_>> {
        let mut limits = Vec::new();
        let folder = manifest.path.parent();
        for other in &self.manifests {
            let same_set = match (manifest.role, other.role) {
                (Role::Lock, Role::Wishes) => other.path.parent() == folder,
                (Role::Requirements, Role::Requirements) => {
                    other.file == manifest.file
                        || other.path.extension() == Some("in")
                            && manifest.path.with_extension("in") == other.path
                }
                (Role::Requirements, Role::Constraints) => true,
                (Role::Wishes, Role::Wishes) => other.file == manifest.file,
                _ => false,
            };
            if !same_set {
                continue;
            }
            for line in other.packages.iter().filter(|line| line.name == package.name) {
                // A pin is what would be rewritten, so it limits nothing.
                if line.place != package.place && matches!(line.wanted, Wanted::Range(_)) {
                    limits.push(Limit {
                        wanted: &line.wanted,
                        written: line.written.clone(),
                        place: line.place,
                        by: None,
                    });
                }
            }
        }
        if matches!(manifest.role, Role::Lock | Role::Installed | Role::BillOfMaterials)
            && let Some(manifest) = self.manifests.iter().find(|own| own.file == manifest.file)
        {
            let everyone: Vec<&Manifest> = match manifest.role {
                Role::Installed => {
                    self.manifests.iter().filter(|other| other.role == Role::Installed).collect()
                }
                _ => vec![manifest],
            };
            for line in everyone.iter().flat_map(|manifest| &manifest.packages) {
                for (name, wanted) in &line.requires {
                    if *name == package.name && matches!(wanted, Wanted::Range(_) | Wanted::Exactly(_)) {
                        let written = shown(wanted);
                        limits.push(Limit {
                            wanted,
                            written,
                            place: line.place,
                            by: Some(line.name.clone()),
                        });
                    }
                }
            }
        }
        limits
    }

    /// Applies constraints files: a requirement without its own version takes the one version a constraint allows.
    fn constrain(&mut self) {
        let mut pins: BTreeMap<PackageName, Vec<(Wanted, Span)>> = BTreeMap::new();
        for manifest in self.manifests.iter().filter(|manifest| manifest.role == Role::Constraints) {
            for package in &manifest.packages {
                if package.version().is_some() {
                    let known = pins.entry(package.name.clone()).or_default();
                    if known.iter().all(|(wanted, _)| *wanted != package.wanted) {
                        known.push((package.wanted.clone(), package.place));
                    }
                }
            }
        }
        let constrained: BTreeSet<FileId> = self
            .manifests
            .iter()
            .filter(|manifest| manifest.includes.iter().any(|include| include.constraints))
            .map(|manifest| manifest.file)
            .collect();
        for manifest in self.manifests.iter_mut().filter(|manifest| constrained.contains(&manifest.file)) {
            for package in &mut manifest.packages {
                if let (Wanted::Any | Wanted::Range(_), Some([(pin, place)])) =
                    (&package.wanted, pins.get(&package.name).map(Vec::as_slice))
                {
                    package.wanted = pin.clone();
                    package.constraint = Some(*place);
                }
            }
        }
    }

    /// Works out which packages the project asks for itself and, for the others, the chain that brings them.
    fn explain(&mut self) {
        let mut asked: BTreeMap<Utf8PathBuf, BTreeSet<PackageName>> = BTreeMap::new();
        for manifest in &self.manifests {
            if manifest.role == Role::Wishes || manifest.path.extension() == Some("in") {
                let folder = manifest.path.parent().unwrap_or(Utf8Path::new("")).to_owned();
                asked
                    .entry(folder)
                    .or_default()
                    .extend(manifest.packages.iter().map(|package| package.name.clone()));
            }
        }
        // What is installed is spread over one file per package, so its graph is drawn over all of them.
        let mut installed: BTreeMap<PackageName, Vec<PackageName>> = BTreeMap::new();
        for package in
            self.manifests.iter().filter(|own| own.role == Role::Installed).flat_map(|own| &own.packages)
        {
            let needed = package.requires.iter().map(|(name, _)| name.clone());
            installed.entry(package.name.clone()).or_default().extend(needed);
        }
        for manifest in &mut self.manifests {
            let folder = manifest.path.parent().unwrap_or(Utf8Path::new(""));
            let beside = asked.get(folder);
            let mut requires: BTreeMap<PackageName, Vec<PackageName>> = BTreeMap::new();
            for package in &manifest.packages {
                let needed = package.requires.iter().map(|(name, _)| name.clone());
                requires.entry(package.name.clone()).or_default().extend(needed);
                for parent in &package.via {
                    requires.entry(parent.clone()).or_default().push(package.name.clone());
                }
            }
            if manifest.role == Role::Installed {
                requires.clone_from(&installed);
            }
            let roots: BTreeSet<PackageName> = match manifest.role {
                Role::Lock if manifest.packages.iter().all(|package| package.direct.is_none()) => {
                    beside.cloned().unwrap_or_default()
                }
                Role::Installed => {
                    let needed: BTreeSet<&PackageName> = requires.values().flatten().collect();
                    requires.keys().filter(|name| !needed.contains(name)).cloned().collect()
                }
                _ => manifest
                    .packages
                    .iter()
                    .filter(|package| package.direct == Some(true))
                    .map(|package| package.name.clone())
                    .collect(),
            };
            if roots.is_empty() {
                continue;
            }
            let came_from = breadth_first(&roots, &requires);
            for package in &mut manifest.packages {
                if package.direct.is_none() {
                    package.direct = Some(roots.contains(&package.name));
                }
                if package.direct == Some(false) {
                    package.why = chain(&package.name, &came_from);
                }
            }
        }
    }

    /// The group a package is in, over all files that tell: main wins.
    pub fn group_of(&self, name: &PackageName) -> Group {
        self.iter()
            .filter(|(_, package)| package.name == *name)
            .map(|(_, package)| package.group.clone())
            .min()
            .unwrap_or_default()
    }
}

/// A line that limits which versions of a package may be installed.
#[derive(Clone, Debug)]
pub struct Limit<'a> {
    /// The versions it admits.
    pub wanted: &'a Wanted,
    /// As written, or as understood.
    pub written: String,
    /// Where it stands.
    pub place: Span,
    /// The package that requires it so; `None` for a line of the project's own.
    pub by: Option<PackageName>,
}

fn shown(wanted: &Wanted) -> String {
    match wanted {
        Wanted::Any => "*".to_owned(),
        Wanted::Exactly(version) => format!("=={version}"),
        Wanted::Range(alternatives) => {
            alternatives.iter().map(ToString::to_string).collect::<Vec<_>>().join(" || ")
        }
        Wanted::Unreadable(text) => text.clone(),
    }
}

fn read_file(file: &SourceFile, format: &'static Format) -> Reading {
    let mut reading = Reading {
        manifest: Manifest {
            file: file.id,
            path: file.path.clone(),
            format: format.name,
            role: format.role,
            packages: Vec::new(),
            options: Vec::new(),
            includes: Vec::new(),
            not_covered: Vec::new(),
        },
        problems: Vec::new(),
    };
    (format.read)(file, &mut reading);
    reading
}

enum Target {
    Inside(Utf8PathBuf),
    Outside,
    Address,
}

/// Where `written` leads when it stands in the file at `from`. Never outside the audited folder.
fn resolve(from: &Utf8Path, written: &str) -> Target {
    if written.contains("://") {
        return Target::Address;
    }
    let written = written.replace('\\', "/");
    if written.starts_with('/') || written.starts_with('~') || written.contains(':') {
        return Target::Outside;
    }
    let mut parts: Vec<&str> = from
        .parent()
        .map(|folder| folder.as_str().split('/').filter(|part| !part.is_empty()).collect())
        .unwrap_or_default();
    for part in written.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                if parts.pop().is_none() {
                    return Target::Outside;
                }
            }
            part => parts.push(part),
        }
    }
    Target::Inside(Utf8PathBuf::from(parts.join("/")))
}

fn breadth_first(
    roots: &BTreeSet<PackageName>,
    requires: &BTreeMap<PackageName, Vec<PackageName>>,
) -> BTreeMap<PackageName, Option<PackageName>> {
    let mut came_from: BTreeMap<PackageName, Option<PackageName>> =
        roots.iter().map(|root| (root.clone(), None)).collect();
    let mut layer: Vec<PackageName> = roots.iter().cloned().collect();
    while !layer.is_empty() {
        let mut next = Vec::new();
        for name in &layer {
            for needed in requires.get(name).into_iter().flatten() {
                if !came_from.contains_key(needed) {
                    came_from.insert(needed.clone(), Some(name.clone()));
                    next.push(needed.clone());
                }
            }
        }
        layer = next;
    }
    came_from
}

fn chain(name: &PackageName, came_from: &BTreeMap<PackageName, Option<PackageName>>) -> Vec<PackageName> {
    let mut chain = Vec::new();
    let mut at = came_from.get(name).cloned().flatten();
    while let Some(parent) = at {
        at = came_from.get(&parent).cloned().flatten();
        chain.push(parent);
    }
    chain.reverse();
    chain
}
