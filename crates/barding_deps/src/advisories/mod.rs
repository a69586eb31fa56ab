//! What is known about vulnerable versions: an index of facts built from OSV's records, and the questions it answers.

pub mod archive;
mod django;
mod index;
pub mod osv;
pub mod severity;

pub use index::IndexError;
pub use severity::Rating;

use crate::PackageName;
use index::Index;
use osv::{End, Interval};
use pep440_rs::Version;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

/// The ids of the weaknesses that Django itself published.
#[cfg(test)]
pub(crate) fn django_releases() -> Vec<String> {
    django::releases().into_iter().map(|release| release.id).collect()
}

/// Advisories about Python packages.
#[derive(Clone, Debug)]
pub struct Advisories {
    index: Index,
}

static EMBEDDED: &[u8] = include_bytes!("../../data/advisories.bin");

impl Advisories {
    /// The advisories that came with this version of barding.
    pub fn embedded() -> Self {
        let index = Index::open(Cow::Borrowed(EMBEDDED));
        Self {
            index: index
                .expect("data/advisories.bin was written by `cargo xtask advisories`; a test opens it"),
        }
    }

    /// Advisories from a file that `barding update` wrote.
    ///
    /// # Errors
    /// When the bytes are not such a file, or damaged.
    pub fn open(bytes: Vec<u8>) -> Result<Self, IndexError> {
        let index = Index::open(Cow::Owned(bytes))?;
        index.verify()?;
        Ok(Self { index })
    }

    /// The bytes of an index of these records, for [`Advisories::open`].
    /// Django's own word on its releases goes in as well: it is newer than most archives, and says how bad each is.
    pub fn write(records: &[osv::Record]) -> Vec<u8> {
        let day = records.iter().filter_map(|record| osv::day_number(&record.modified)).max().unwrap_or(0);
        index::write(&django::complete(records), day)
    }

    /// The day the newest record was last changed, `YYYY-MM-DD`.
    pub fn date(&self) -> String {
        osv::date_of(self.index.day)
    }

    /// The same as days since 1970-01-01.
    pub fn day(&self) -> u32 {
        self.index.day
    }

    /// How many records there are, counted per package.
    pub fn record_count(&self) -> usize {
        self.index.records
    }

    /// How many packages have at least one record.
    pub fn package_count(&self) -> usize {
        self.index.packages
    }

    /// The names of all packages with records, sorted.
    pub fn package_names(&self) -> impl Iterator<Item = &str> {
        (0..self.index.packages).map(|row| self.index.package_name(row))
    }

    /// What is known about a package; `None` when there is no record of it.
    pub fn of(&self, name: &PackageName) -> Option<PackageAdvisories<'_>> {
        let package = self.index.find(name.as_str())?;
        let records = self
            .index
            .records_of(package)
            .map(|row| Known {
                row,
                intervals: self.index.intervals(row).collect(),
                singles: self
                    .index
                    .singles(row)
                    .map(|text| Version::from_str(text).map_err(|_| text.to_owned()))
                    .collect(),
            })
            .collect();
        Some(PackageAdvisories { index: &self.index, package, records })
    }
}

/// What is known about one package, read for asking about many versions.
#[derive(Debug)]
pub struct PackageAdvisories<'a> {
    index: &'a Index,
    package: usize,
    records: Vec<Known>,
}

#[derive(Debug)]
struct Known {
    row: usize,
    intervals: Vec<Interval>,
    /// Affected versions outside the intervals; a text that is no version is kept as it is.
    singles: Vec<Result<Version, String>>,
}

impl Known {
    fn affects(&self, version: &Version) -> bool {
        self.intervals.iter().any(|interval| interval.contains(version))
            || self.singles.iter().any(|single| {
                single.as_ref().is_ok_and(|single| {
                    // A local build of a listed version is that version.
                    single == version || version.is_local() && *single == version.clone().without_local()
                })
            })
    }
}

/// A vulnerability of one version of a package. Records that share a name are one vulnerability.
#[derive(Clone, Debug)]
pub struct Vulnerability {
    /// The name to show: the CVE number where there is one, else GHSA, else the record's own.
    pub id: String,
    /// All its names, sorted, the shown one included.
    pub names: Vec<String>,
    /// The records that say this version is affected.
    pub records: Vec<String>,
    /// How bad it is in itself.
    pub rating: Rating,
    /// The CVSS score, where a vector was published.
    pub score: Option<f64>,
    /// The vector.
    pub vector: Option<String>,
    /// The day it was published, `YYYY-MM-DD`.
    pub published: String,
    /// The first version above this one that is not affected by it, as far as the records know.
    pub fixed_in: Option<Version>,
    /// Whether the package itself is an attack (`MAL-`), not a mistake in it.
    pub malicious: bool,
}

impl Vulnerability {
    /// Whether it has this name. Letter case does not matter.
    pub fn is_called(&self, name: &str) -> bool {
        self.names.iter().any(|known| known.eq_ignore_ascii_case(name.trim()))
    }

    /// Where people can read about it.
    pub fn link(&self) -> String {
        link(&self.id)
    }
}

/// The page about a vulnerability.
pub fn link(id: &str) -> String {
    format!("https://osv.dev/vulnerability/{id}")
}

impl PackageAdvisories<'_> {
    /// The vulnerabilities of a version, worst first, then by name.
    pub fn affecting(&self, version: &Version) -> Vec<Vulnerability> {
        let affected = self.records.iter().filter(|known| known.affects(version));
        self.merged(affected, Some(version))
    }

    /// The vulnerabilities of a version that PEP 440 cannot read, by the exact text of the records.
    pub fn affecting_text(&self, text: &str) -> Vec<Vulnerability> {
        let listed =
            |known: &&Known| known.singles.iter().any(|single| single.as_ref().is_err_and(|own| own == text));
        self.merged(self.records.iter().filter(listed), None)
    }

    /// Every vulnerability of any version.
    pub fn all(&self) -> Vec<Vulnerability> {
        self.merged(self.records.iter(), None)
    }

    /// Whether any record says this version is affected.
    pub fn is_vulnerable(&self, version: &Version) -> bool {
        self.records.iter().any(|known| known.affects(version))
    }

    /// The versions the records tell us of, in order.
    pub fn known_versions(&self) -> Vec<Version> {
        self.versions().collect()
    }

    /// The same, one by one.
    pub fn versions(&self) -> impl Iterator<Item = Version> {
        self.index.versions_of(self.package).filter_map(|text| Version::from_str(text).ok())
    }

    fn merged<'k>(
        &self,
        affected: impl Iterator<Item = &'k Known>,
        version: Option<&Version>,
    ) -> Vec<Vulnerability> {
        let mut groups: BTreeMap<u32, Vec<&Known>> = BTreeMap::new();
        for known in affected {
            groups.entry(self.index.group(known.row)).or_default().push(known);
        }
        let mut list: Vec<Vulnerability> =
            groups.values().map(|records| self.vulnerability(records, version)).collect();
        list.sort_by(|a, b| {
            b.malicious
                .cmp(&a.malicious)
                .then(b.rating.cmp(&a.rating))
                .then_with(|| b.score.unwrap_or(0.0).total_cmp(&a.score.unwrap_or(0.0)))
                .then_with(|| a.id.cmp(&b.id))
        });
        list
    }

    fn vulnerability(&self, records: &[&Known], version: Option<&Version>) -> Vulnerability {
        let index = self.index;
        let mut names = BTreeSet::new();
        let mut rating = Rating::Unknown;
        let mut score = None;
        let mut vector = None;
        for known in records {
            names.insert(index.id(known.row).to_owned());
            names.extend(index.aliases(known.row).map(str::to_owned));
            let (own, tenths) = index.rating(known.row);
            rating = rating.max(own);
            if let Some(own) = index.vector(known.row)
                && score.is_none_or(|known| f64::from(tenths) / 10.0 > known)
            {
                score = Some(f64::from(tenths) / 10.0);
                vector = Some(own.to_owned());
            }
        }
        let own: Vec<String> = records.iter().map(|known| index.id(known.row).to_owned()).collect();
        let shown = ["CVE-", "GHSA-", "MAL-", "PYSEC-"]
            .iter()
            .find_map(|start| names.iter().find(|name| name.starts_with(start)))
            .unwrap_or(&own[0])
            .clone();
        let published = records.iter().map(|known| index.published(known.row)).min().unwrap_or(0);
        Vulnerability {
            id: shown,
            malicious: own.iter().any(|id| id.starts_with("MAL-")),
            records: own,
            rating,
            score,
            vector,
            published: osv::date_of(published),
            fixed_in: version.and_then(|version| fixed_in(records, version)),
            names: names.into_iter().collect(),
        }
    }
}

/// The first end of an interval above `version` that none of the records affects.
fn fixed_in(records: &[&Known], version: &Version) -> Option<Version> {
    let ends = records.iter().flat_map(|known| &known.intervals).filter_map(|interval| match &interval.end {
        End::Before(end) if end > version => Some(end),
        _ => None,
    });
    ends.filter(|end| !records.iter().any(|known| known.affects(end))).min().cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(id: &str, aliases: &[&str], fixed: &str) -> osv::Record {
        osv::Record {
            id: id.to_owned(),
            aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
            package: "Some_Package".to_owned(),
            ranges: vec![osv::Range {
                events: vec![osv::Event::Introduced("0".to_owned()), osv::Event::Fixed(fixed.to_owned())],
            }],
            versions: vec!["0.9".to_owned(), "not-a-version".to_owned()],
            vectors: Vec::new(),
            word: None,
            published: "2024-01-01".to_owned(),
            modified: "2024-01-02".to_owned(),
        }
    }

    #[test]
    fn records_of_one_vulnerability_are_one() {
        let records = [
            record("PYSEC-1", &["CVE-1", "GHSA-1"], "1.0"),
            record("GHSA-1", &["CVE-1"], "1.1"),
            record("PYSEC-2", &["CVE-2"], "2.0"),
            record("MAL-1", &[], "0.5"),
        ];
        let advisories = Advisories::open(Advisories::write(&records)).unwrap();
        let of = advisories.of(&PackageName::new("some.package")).unwrap();
        let found = of.affecting(&Version::from_str("0.9").unwrap());
        let ids: Vec<&str> = found.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(ids, ["MAL-1", "CVE-1", "CVE-2"]);
        assert_eq!(found[1].fixed_in, Some(Version::from_str("1.1").unwrap()));
        assert_eq!(of.affecting_text("not-a-version").len(), 3);
        assert_eq!(advisories.date(), "2024-01-02", "the date is that of the archive");
        assert!(advisories.of(&PackageName::new("other")).is_none());
    }

    #[test]
    fn damage_is_noticed_and_never_panics() {
        let bytes = index::write(&[record("PYSEC-1", &["CVE-1"], "1.0")], 0);
        assert_eq!(Advisories::open(b"x".to_vec()).err(), Some(IndexError::NotAnIndex));
        for at in 0..bytes.len() {
            let mut broken = bytes.clone();
            broken[at] ^= 0x41;
            assert!(Advisories::open(broken.clone()).is_err(), "byte {at}");
            // The embedded data is not checked, so reading must survive anything.
            if let Ok(index) = Index::open(Cow::Owned(broken)) {
                let advisories = Advisories { index };
                if let Some(of) = advisories.of(&PackageName::new("some-package")) {
                    let _ = of.affecting(&Version::from_str("0.9").unwrap());
                    let _ = of.known_versions();
                }
            }
        }
        assert!(Advisories::open(bytes[..bytes.len() - 1].to_vec()).is_err());
    }

    #[test]
    fn the_embedded_index_is_whole() {
        let advisories = Advisories::embedded();
        advisories.index.verify().unwrap();
        assert!(EMBEDDED.len() <= 2_000_000);
        let django = advisories.of(&PackageName::new("Django")).unwrap();
        assert!(django.affecting(&Version::from_str("4.2.1").unwrap()).len() > 10);
    }
}
