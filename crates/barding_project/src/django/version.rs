//! Which Django a project runs on: an exact release, one of several series, or not known.

use super::Series;
use crate::value::Truth;
use barding_source::Span;

/// The version of Django a project runs on, as far as its files tell it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DjangoVersion {
    /// The series it may be, oldest first. Never empty; all of them when nothing is known.
    possible: Vec<Series>,
    /// The release, `4.2.7`, when exactly one is named.
    release: Option<String>,
    /// How we know.
    source: VersionSource,
    /// The lines that say so, each with what it says: "asks for Django==4.2.7".
    pub evidence: Vec<(Span, String)>,
    /// What to add when the release named is none of the known series: "6.2 is newer than …".
    pub caveat: Option<String>,
}

/// What a version was told by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum VersionSource {
    /// Nothing names a version.
    Unknown,
    /// The comment that `startproject` leaves in a settings file: the project began on it and may have moved on.
    Hint,
    /// A range of versions that a manifest allows.
    Range,
    /// An exact version in a lock file or a requirements file.
    Pin,
    /// The user.
    Given,
}

impl Default for DjangoVersion {
    fn default() -> Self {
        Self {
            possible: Series::ALL.to_vec(),
            release: None,
            source: VersionSource::Unknown,
            evidence: Vec::new(),
            caveat: None,
        }
    }
}

impl DjangoVersion {
    /// One of these series, none of which is known for sure. An empty list means that nothing is known.
    pub fn one_of(mut possible: Vec<Series>, source: VersionSource) -> Self {
        possible.sort();
        possible.dedup();
        if possible.is_empty() {
            return Self::default();
        }
        Self { possible, release: None, source, evidence: Vec::new(), caveat: None }
    }

    /// The version a user or a manifest names: `4.2`, `4.2.7`, `2028.1`. `None` when that is no version.
    pub fn named(text: &str, source: VersionSource) -> Option<Self> {
        let text = text.trim().trim_start_matches('v');
        let mut numbers = text.split('.').map(leading_number);
        let major = numbers.next()??;
        let minor = numbers.next().flatten();
        let patch = numbers.next().flatten();
        let (series, known) = Series::of_release(major, minor.unwrap_or(0));
        let mut version = Self::one_of(vec![series], source);
        if patch.is_some() || source == VersionSource::Pin {
            version.release = Some(text.to_owned());
        }
        if !known {
            let side = if series == Series::NEWEST { "newer" } else { "older" };
            version.caveat =
                Some(format!("Django {text} is {side} than the series known here; judged as {series}"));
        }
        Some(version)
    }

    /// The series it may be, oldest first; never empty.
    pub fn possible(&self) -> &[Series] {
        &self.possible
    }

    /// The series, when there is only one possibility.
    pub fn series(&self) -> Option<Series> {
        match self.possible[..] {
            [only] => Some(only),
            _ => None,
        }
    }

    /// The release, `4.2.7`, when exactly one is named.
    pub fn release(&self) -> Option<&str> {
        self.release.as_deref()
    }

    /// The last number of the release: 7 for 4.2.7, 0 for 4.2.
    pub fn patch(&self) -> Option<u32> {
        let release = self.release()?;
        Some(release.split('.').nth(2).and_then(leading_number).unwrap_or(0))
    }

    /// What told it.
    pub fn source(&self) -> VersionSource {
        self.source
    }

    /// Whether any file or the user names a version.
    pub fn is_known(&self) -> bool {
        self.source > VersionSource::Unknown
    }

    /// Whether it is that series or a newer one.
    pub fn at_least(&self, series: Series) -> Truth {
        self.all_are(|possible| possible >= series)
    }

    /// Whether it is older than that series.
    pub fn before(&self, series: Series) -> Truth {
        self.all_are(|possible| possible < series)
    }

    /// Whether the release is at least one of `patches` in its series: `&[(Series::V3_2, 18), (Series::V4_0, 10)]` asks for
    /// 3.2.18 or 4.0.10. Every series newer than all of those named counts as yes, every older one as no.
    pub fn has_patch(&self, patches: &[(Series, u32)]) -> Truth {
        let answers = self.possible.iter().map(|possible| {
            match patches.iter().find(|(series, _)| series == possible) {
                Some((_, 0)) => Truth::Yes,
                Some((_, wanted)) => self.patch().map_or(Truth::Maybe, |own| Truth::from(own >= *wanted)),
                None => Truth::from(patches.iter().all(|(series, _)| series < possible)),
            }
        });
        answers.reduce(Truth::join).unwrap_or(Truth::Maybe)
    }

    /// In words, for messages: "Django 4.2.7", "Django 4.2 to 5.2", "an unknown version of Django".
    pub fn words(&self) -> String {
        if let Some(release) = self.release() {
            return format!("Django {release}");
        }
        if !self.is_known() {
            return "an unknown version of Django".to_owned();
        }
        words(&self.possible)
    }

    pub(super) fn with_evidence(mut self, span: Span, note: String) -> Self {
        self.evidence.push((span, note));
        self
    }

    /// Either of the two: what holds when two manifests disagree.
    pub(super) fn or(mut self, other: DjangoVersion) -> Self {
        if self.release != other.release {
            self.release = None;
        }
        self.possible.extend(&other.possible);
        self.possible.sort();
        self.possible.dedup();
        for evidence in other.evidence {
            if !self.evidence.contains(&evidence) {
                self.evidence.push(evidence);
            }
        }
        self.caveat = self.caveat.or(other.caveat);
        self.source = self.source.min(other.source);
        self
    }

    fn all_are(&self, is: impl Fn(Series) -> bool) -> Truth {
        self.possible
            .iter()
            .map(|series| Truth::from(is(*series)))
            .reduce(Truth::join)
            .unwrap_or(Truth::Maybe)
    }
}

/// Series in words: "Django 4.2", "Django 4.2 to 5.2", "Django 3.2 or 5.2".
pub(super) fn words(series: &[Series]) -> String {
    let Some((first, rest)) = series.split_first() else { return "Django".to_owned() };
    let Some(last) = rest.last() else { return format!("Django {first}") };
    let unbroken = (*last as usize) - (*first as usize) == rest.len();
    match (unbroken, *first == Series::OLDEST, *last == Series::NEWEST) {
        (true, true, true) => "any Django".to_owned(),
        (true, true, false) => format!("Django {last} and older"),
        (true, false, true) => format!("Django {first} and newer"),
        (true, false, false) => format!("Django {first} to {last}"),
        (false, ..) => {
            let names: Vec<_> = series.iter().map(|each| each.name()).collect();
            format!("Django {}", names.join(", "))
        }
    }
}

fn leading_number(text: &str) -> Option<u32> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    text[..digits].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_about_versions_have_three_answers() {
        let version = DjangoVersion::one_of(vec![Series::V4_2, Series::V3_2], VersionSource::Range);
        assert_eq!(version.at_least(Series::V3_2), Truth::Yes);
        assert_eq!(version.at_least(Series::V4_0), Truth::Maybe);
        assert_eq!(version.before(Series::V3_2), Truth::No);
        assert_eq!(version.words(), "Django 3.2, 4.2");
        assert_eq!(DjangoVersion::default().words(), "an unknown version of Django");
    }

    #[test]
    fn a_named_version_knows_its_release_and_series() {
        let version = DjangoVersion::named("4.2.7", VersionSource::Pin).unwrap();
        assert_eq!((version.series(), version.patch()), (Some(Series::V4_2), Some(7)));
        assert_eq!(version.has_patch(&[(Series::V3_2, 18), (Series::V4_2, 8)]), Truth::No);
        assert_eq!(version.has_patch(&[(Series::V3_2, 18), (Series::V4_1, 7)]), Truth::Yes);
        let given = DjangoVersion::named("4.2", VersionSource::Given).unwrap();
        assert_eq!(given.words(), "Django 4.2");
        assert_eq!(given.has_patch(&[(Series::V4_2, 8)]), Truth::Maybe);
        assert!(DjangoVersion::named("6.2", VersionSource::Given).unwrap().caveat.is_some());
        assert!(DjangoVersion::named("newest", VersionSource::Given).is_none());
    }
}
