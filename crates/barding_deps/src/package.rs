//! A package, as one line of one file asks for it or pins it.

use barding_source::Span;
use pep440_rs::{Operator, Version, VersionSpecifiers};
use std::fmt;
use std::str::FromStr;

/// A package's name in the form every index compares by: lower case, runs of `-`, `_` and `.` as one `-` (PEP 503).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackageName(String);

impl PackageName {
    /// The name in its normal form.
    pub fn new(name: &str) -> Self {
        let mut normal = String::with_capacity(name.len());
        for letter in name.trim().chars() {
            match letter {
                '-' | '_' | '.' => {
                    if !normal.ends_with('-') {
                        normal.push('-');
                    }
                }
                letter => normal.extend(letter.to_lowercase()),
            }
        }
        Self(normal)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is spelt as PEP 508 allows: letters, digits, `.`, `-` and `_`, no separator at either end.
    pub fn is_valid(name: &str) -> bool {
        let bytes = name.as_bytes();
        let edge = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
        edge(bytes.first())
            && edge(bytes.last())
            && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte))
    }
}

impl fmt::Display for PackageName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Which versions a line admits.
#[derive(Clone, Debug, PartialEq)]
pub enum Wanted {
    /// Any version at all.
    Any,
    /// Exactly one.
    Exactly(Version),
    /// Those of at least one of the alternatives.
    Range(Vec<VersionSpecifiers>),
    /// The text could not be understood as a version or a range.
    Unreadable(String),
}

impl Wanted {
    /// A PEP 440 version, as lock files write it.
    pub fn version(text: &str) -> Self {
        let text = text.trim();
        Version::from_str(text).map_or_else(|_| Self::Unreadable(text.to_owned()), Self::Exactly)
    }

    /// A PEP 440 specifier set such as `>=4.2,<5`. One `==` without a star is exact.
    pub fn specifiers(text: &str) -> Self {
        let text = text.trim().trim_end_matches(',');
        if text.is_empty() || text == "*" {
            return Self::Any;
        }
        match VersionSpecifiers::from_str(text) {
            Ok(specifiers) => match &specifiers[..] {
                [one] if matches!(one.operator(), Operator::Equal | Operator::ExactEqual) => {
                    Self::Exactly(one.version().clone())
                }
                _ => Self::Range(vec![specifiers]),
            },
            Err(_) => Self::Unreadable(text.to_owned()),
        }
    }

    /// A constraint as Poetry writes it: PEP 440, `^1.2`, `~1.2`, a bare version for "exactly", `1.2.*`, `||` between
    /// alternatives.
    pub fn poetry(text: &str) -> Self {
        let alternatives: Vec<&str> =
            text.split("||").flat_map(|part| part.split(" | ")).map(str::trim).collect();
        let mut range = Vec::new();
        for alternative in &alternatives {
            let mut pieces = Vec::new();
            // Poetry allows commas and spaces between the pieces; an operator may be followed by spaces.
            let joined = join_operators(alternative);
            for piece in joined.split([',', ' ']).map(str::trim).filter(|piece| !piece.is_empty()) {
                match poetry_piece(piece) {
                    Some(piece) => pieces.push(piece),
                    None => return Self::Unreadable(text.to_owned()),
                }
            }
            pieces.retain(|piece| !piece.is_empty());
            match Self::specifiers(&pieces.join(",")) {
                Self::Any => return Self::Any,
                exact @ Self::Exactly(_) if alternatives.len() == 1 => return exact,
                Self::Exactly(version) => match VersionSpecifiers::from_str(&format!("=={version}")) {
                    Ok(specifiers) => range.push(specifiers),
                    Err(_) => return Self::Unreadable(text.to_owned()),
                },
                Self::Range(mut more) => range.append(&mut more),
                Self::Unreadable(_) => return Self::Unreadable(text.to_owned()),
            }
        }
        Self::Range(range)
    }

    /// Whether it admits a version. An unreadable text is taken to admit every version.
    pub fn admits(&self, version: &Version) -> bool {
        match self {
            Self::Any | Self::Unreadable(_) => true,
            // As in PEP 440, `==1.0` admits `1.0+local`.
            Self::Exactly(only) => {
                only == version || (!only.is_local() && *only == version.clone().without_local())
            }
            Self::Range(alternatives) => alternatives.iter().any(|range| range.contains(version)),
        }
    }

    /// Whether it names a pre-release itself, in which case pre-releases are candidates for an installer.
    pub fn names_a_prerelease(&self) -> bool {
        match self {
            Self::Any | Self::Unreadable(_) => false,
            Self::Exactly(version) => version.any_prerelease(),
            Self::Range(alternatives) => alternatives
                .iter()
                .any(|range| range.iter().any(|specifier| specifier.version().any_prerelease())),
        }
    }

    /// The one version, if it admits only one.
    pub fn exact(&self) -> Option<&Version> {
        match self {
            Self::Exactly(version) => Some(version),
            _ => None,
        }
    }
}

fn join_operators(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut after_operator = false;
    for letter in text.chars() {
        if letter.is_whitespace() && after_operator {
            continue;
        }
        after_operator = "<>=!~^".contains(letter);
        out.push(letter);
    }
    out
}

fn poetry_piece(piece: &str) -> Option<String> {
    if piece == "*" {
        return Some(String::new());
    }
    if let Some(base) = piece.strip_prefix('^') {
        let version = Version::from_str(base).ok()?;
        let release = version.release();
        let keep = release.iter().position(|part| *part != 0).unwrap_or(release.len().saturating_sub(1));
        return Some(format!(">={version},<{}", bumped(&version, keep)?));
    }
    if let Some(base) = piece.strip_prefix('~').filter(|base| !base.starts_with('=')) {
        let version = Version::from_str(base).ok()?;
        let keep = usize::from(version.release().len() > 1);
        return Some(format!(">={version},<{}", bumped(&version, keep)?));
    }
    if piece.starts_with(|letter: char| letter.is_ascii_digit() || letter == 'v') {
        return Some(format!("=={}", piece.trim_start_matches('v')));
    }
    if let Some(version) = piece.strip_prefix('=').filter(|rest| !rest.starts_with('=')) {
        return Some(format!("=={version}"));
    }
    Some(piece.to_owned())
}

/// The release with the part at `keep` raised by one and the rest dropped.
fn bumped(version: &Version, keep: usize) -> Option<String> {
    let mut parts: Vec<u64> = version.release().to_vec();
    parts.resize(parts.len().max(keep + 1), 0);
    parts.truncate(keep + 1);
    let last = parts.last_mut()?;
    *last = last.checked_add(1)?;
    let release: Vec<String> = parts.iter().map(u64::to_string).collect();
    let epoch = if version.epoch() == 0 { String::new() } else { format!("{}!", version.epoch()) };
    Some(format!("{epoch}{}", release.join(".")))
}

/// Where a package comes from.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Origin {
    /// A package index.
    #[default]
    Index,
    /// An archive at an address.
    Url(String),
    /// A version control system.
    Repository {
        /// `git`, `hg`, `svn` or `bzr`.
        system: String,
        /// The address.
        url: String,
        /// The branch, tag or commit.
        revision: Option<String>,
    },
    /// A folder or an archive on the disk.
    Path(String),
}

/// When a package is installed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Group {
    /// Always.
    #[default]
    Main,
    /// Only where the project is developed, tested or documented. The name of the group.
    Development(String),
    /// When an extra is asked for. The name of the extra.
    Optional(String),
}

/// A package, as one line asks for it or pins it.
#[derive(Clone, Debug)]
pub struct Package {
    /// Its normalised name.
    pub name: PackageName,
    /// Which versions the line admits.
    pub wanted: Wanted,
    /// The versions as written: `>=4.2,<5`, `==4.2.1`, `4.2.1`.
    pub written: String,
    /// The extras asked for.
    pub extras: Vec<String>,
    /// The environment marker, as written.
    pub marker: Option<String>,
    /// Whether the file carries a hash for it.
    pub hashed: bool,
    /// Where the hashes stand, when they would have to go with a new version.
    pub hash_places: Vec<Span>,
    /// Where it comes from.
    pub origin: Origin,
    /// When it is installed.
    pub group: Group,
    /// Whether the project asks for it itself; `None` when the file does not tell.
    pub direct: Option<bool>,
    /// The chain of packages that brings it, the project's own requirement first. Empty when direct or unknown.
    pub why: Vec<PackageName>,
    /// What it requires in turn, where a lock file tells.
    pub requires: Vec<(PackageName, Wanted)>,
    /// The packages that a comment names as its reason (`# via django`).
    pub via: Vec<PackageName>,
    /// The line of a constraints file that chose the version, where one did.
    pub constraint: Option<Span>,
    /// The line or entry.
    pub place: Span,
    /// The bytes of the version alone, where another version could be written: for `==4.2.1` those of `4.2.1`.
    pub version_place: Option<Span>,
}

impl Package {
    /// A package of the main group from an index.
    pub fn new(name: &str, wanted: Wanted, written: impl Into<String>, place: Span) -> Self {
        Self {
            name: PackageName::new(name),
            wanted,
            written: written.into(),
            extras: Vec::new(),
            marker: None,
            hashed: false,
            hash_places: Vec::new(),
            origin: Origin::Index,
            group: Group::Main,
            direct: None,
            why: Vec::new(),
            requires: Vec::new(),
            via: Vec::new(),
            constraint: None,
            place,
            version_place: None,
        }
    }

    /// The version, if the line admits only one.
    pub fn version(&self) -> Option<&Version> {
        self.wanted.exact()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        Version::from_str(text).unwrap()
    }

    #[test]
    fn names_compare_as_pep_503_says() {
        for name in ["Django-REST.framework", "django_rest__framework", "DJANGO-.rest_-framework"] {
            assert_eq!(PackageName::new(name).as_str(), "django-rest-framework");
        }
    }

    #[test]
    fn poetry_constraints_become_pep_440() {
        let cases = [
            ("^1.2.3", "1.9", "2.0"),
            ("^0.2.3", "0.2.9", "0.3"),
            ("^0.0.3", "0.0.3", "0.0.4"),
            ("^0", "0.9", "1.0"),
            ("~1.2", "1.2.9", "1.3"),
            ("~1", "1.9", "2.0"),
            ("~=1.4.2", "1.4.9", "1.5"),
            ("1.2.*", "1.2.7", "1.3"),
            (">= 1, <2", "1.5", "2.0"),
            (">=1 <2", "1.5", "2.0"),
            ("^1.0 || ^3.0", "3.4", "2.1"),
        ];
        for (text, inside, outside) in cases {
            let wanted = Wanted::poetry(text);
            assert!(wanted.admits(&version(inside)), "{text} admits {inside}: {wanted:?}");
            assert!(!wanted.admits(&version(outside)), "{text} does not admit {outside}: {wanted:?}");
        }
        assert_eq!(Wanted::poetry("1.2.3").exact(), Some(&version("1.2.3")));
        assert_eq!(Wanted::poetry("*"), Wanted::Any);
    }

    #[test]
    fn an_exact_version_admits_its_local_builds() {
        let wanted = Wanted::specifiers("==1.13.0");
        assert!(wanted.admits(&version("1.13.0+cu117")));
        assert!(!Wanted::specifiers("==1.13.0+cu116").admits(&version("1.13.0+cu117")));
        assert!(matches!(Wanted::specifiers("==1.13.*"), Wanted::Range(_)));
    }
}
