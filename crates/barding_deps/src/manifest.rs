//! One file that names packages, and what else it says about where they come from.

use crate::Package;
use barding_source::{FileId, Problem, Span};
use camino::Utf8PathBuf;

/// What a file is to an installer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Names everything that is installed, each at one version.
    Lock,
    /// A requirements file: asked for line by line, pinned or not.
    Requirements,
    /// Limits versions without asking for anything.
    Constraints,
    /// What a project asks for in ranges (`pyproject.toml`, `Pipfile`), to be locked elsewhere.
    Wishes,
    /// What is installed in an environment.
    Installed,
    /// A bill of materials.
    BillOfMaterials,
}

/// A file that names packages.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// The file.
    pub file: FileId,
    /// Its path, relative to the audited folder.
    pub path: Utf8PathBuf,
    /// The format's name: "requirements file", "poetry.lock".
    pub format: &'static str,
    /// What it is to an installer.
    pub role: Role,
    /// The packages, in the order of the file.
    pub packages: Vec<Package>,
    /// Options that say where packages come from.
    pub options: Vec<IndexOption>,
    /// Other files it names.
    pub includes: Vec<Include>,
    /// How many packages it names that are not Python's and so are not covered ("npm packages", 214).
    pub not_covered: Vec<(&'static str, usize)>,
}

/// An option about indexes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexOption {
    /// Which one.
    pub kind: IndexKind,
    /// Its value, without user name and password.
    pub value: String,
    /// Where it stands.
    pub place: Span,
}

/// What an option says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum IndexKind {
    /// Packages come from here.
    Primary,
    /// Packages may come from here as well: the highest version of any index wins.
    Extra,
    /// Only packages that name it come from here.
    Explicit,
    /// A page or folder of archives, searched as well.
    FindLinks,
    /// Certificates of this host are not checked.
    TrustedHost,
    /// Every requirement must carry a hash.
    RequireHashes,
    /// No index is asked.
    NoIndex,
}

/// A line that names another file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Include {
    /// The path as written.
    pub path: String,
    /// Whether the other file is a constraints file (`-c`).
    pub constraints: bool,
    /// Where the line stands.
    pub place: Span,
}

/// A file being read: readers add to it.
#[derive(Debug)]
pub struct Reading {
    /// What was understood.
    pub manifest: Manifest,
    /// What was not.
    pub problems: Vec<Problem>,
}

impl Reading {
    pub(crate) fn span(&self, start: u32, end: u32) -> Span {
        Span::new(self.manifest.file, start, end.max(start))
    }

    pub(crate) fn add(&mut self, package: Package) {
        self.manifest.packages.push(package);
    }

    pub(crate) fn option(&mut self, kind: IndexKind, value: &str, place: Span) {
        self.manifest.options.push(IndexOption { kind, value: without_credentials(value), place });
    }

    pub(crate) fn problem(&mut self, start: u32, end: u32, message: impl Into<String>) {
        // A broken file of many megabytes must not become a report of as many lines.
        const ENOUGH: usize = 100;
        match self.problems.len() {
            0..ENOUGH => {
                let place = self.span(start, end);
                self.problems.push(Problem::at(place, message));
            }
            ENOUGH => self.problems.push(Problem::with_file(
                self.manifest.path.clone(),
                "more lines could not be read; only the first are named",
            )),
            _ => {}
        }
    }

    pub(crate) fn troubles(&mut self, troubles: Vec<crate::data::Trouble>) {
        for trouble in troubles {
            self.problem(trouble.at, trouble.at, trouble.message);
        }
    }
}

/// The address without user name and password, which may be secrets.
pub(crate) fn without_credentials(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    match rest[..end].rfind('@') {
        // `git@host` is a role, not a secret.
        Some(at) if &rest[..at] != "git" => format!("{scheme}://{}", &rest[at + 1..]),
        _ => url.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lose_their_credentials() {
        let cases = [
            ("https://user:pass@packages.example/simple", "https://packages.example/simple"),
            ("https://packages.example/a@b", "https://packages.example/a@b"),
            ("ssh://git@host.example/x.git", "ssh://git@host.example/x.git"),
        ];
        for (url, clean) in cases {
            assert_eq!(without_credentials(url), clean);
        }
    }
}
