//! The index: one block of bytes that is used as it lies, in columns of 32-bit little-endian numbers.
//!
//! ```text
//! magic (16) | day, strings, packages, records, aliases, intervals, versions, singles, text length, checksum
//! strings    strings + 1    where each text starts
//! packages   packages + 1   name, first record, first known version
//! records    records + 1    id, group, first alias, first interval, first single version, published, rating and score, vector
//! aliases    texts          other names
//! intervals  (from, kind of end, end) as texts
//! versions   texts          every version we know of a package, in order
//! singles    texts          affected versions that lie in no interval
//! text       UTF-8
//! ```
//! Every read is checked, so broken bytes give nothing rather than a panic.

use super::osv::{self, End, Event, Record};
use super::severity::{self, Rating};
use pep440_rs::Version;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

const MAGIC: &[u8; 16] = b"barding advisory";
/// Raised whenever the layout changes; older files are then refused.
const LAYOUT: u32 = 1;
const HEADER: usize = 16 + 11 * 4;
const NONE: u32 = u32::MAX;
const PACKAGE_ROW: usize = 3;
const RECORD_ROW: usize = 8;
const INTERVAL_ROW: usize = 3;

/// Why bytes are no index.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum IndexError {
    /// Something else entirely.
    #[error("this is not a barding advisory index")]
    NotAnIndex,
    /// Written by another version of barding.
    #[error("this advisory index was written by another version of barding")]
    OtherLayout,
    /// Shorter or longer than it says, or changed since it was written.
    #[error("the advisory index is damaged")]
    Damaged,
}

/// The bytes and where each column starts.
#[derive(Clone, Debug)]
pub(crate) struct Index {
    bytes: Cow<'static, [u8]>,
    pub(crate) day: u32,
    strings: usize,
    pub(crate) packages: usize,
    pub(crate) records: usize,
    at_packages: usize,
    at_records: usize,
    at_aliases: usize,
    at_intervals: usize,
    at_versions: usize,
    at_singles: usize,
    at_text: usize,
}

impl Index {
    /// Lays the columns over the bytes. Only the lengths are checked; see [`Index::verify`].
    pub(crate) fn open(bytes: Cow<'static, [u8]>) -> Result<Self, IndexError> {
        if bytes.get(..16) != Some(MAGIC.as_slice()) {
            return Err(IndexError::NotAnIndex);
        }
        let header = |at: usize| number(&bytes, 16 + at * 4).ok_or(IndexError::Damaged);
        if header(0)? != LAYOUT {
            return Err(IndexError::OtherLayout);
        }
        let count = |at: usize| header(at).map(|count| count as usize);
        let day = header(1)?;
        let (strings, packages, records) = (count(2)?, count(3)?, count(4)?);
        let (aliases, intervals, versions, singles, text) =
            (count(5)?, count(6)?, count(7)?, count(8)?, count(9)?);
        let at_packages = HEADER + (strings + 1) * 4;
        let at_records = at_packages + (packages + 1) * PACKAGE_ROW * 4;
        let at_aliases = at_records + (records + 1) * RECORD_ROW * 4;
        let at_intervals = at_aliases + aliases * 4;
        let at_versions = at_intervals + intervals * INTERVAL_ROW * 4;
        let at_singles = at_versions + versions * 4;
        let at_text = at_singles + singles * 4;
        if at_text + text != bytes.len() {
            return Err(IndexError::Damaged);
        }
        Ok(Self {
            bytes,
            day,
            strings,
            packages,
            records,
            at_packages,
            at_records,
            at_aliases,
            at_intervals,
            at_versions,
            at_singles,
            at_text,
        })
    }

    /// Checks every byte against the checksum. For files that came from elsewhere.
    pub(crate) fn verify(&self) -> Result<(), IndexError> {
        let stored = number(&self.bytes, 16 + 10 * 4);
        let header = self.bytes.get(..HEADER - 4).unwrap_or_default();
        let body = self.bytes.get(HEADER..).unwrap_or_default();
        if stored == Some(checksum(header, body)) { Ok(()) } else { Err(IndexError::Damaged) }
    }

    pub(crate) fn text(&self, string: u32) -> &str {
        let at = string as usize;
        if at >= self.strings {
            return "";
        }
        let start = number(&self.bytes, HEADER + at * 4).unwrap_or(0) as usize;
        let end = number(&self.bytes, HEADER + at * 4 + 4).unwrap_or(0) as usize;
        let bytes = self.bytes.get(self.at_text + start..self.at_text + end.max(start)).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }

    fn package(&self, row: usize, column: usize) -> u32 {
        number(&self.bytes, self.at_packages + (row * PACKAGE_ROW + column) * 4).unwrap_or(NONE)
    }

    fn record(&self, row: usize, column: usize) -> u32 {
        number(&self.bytes, self.at_records + (row * RECORD_ROW + column) * 4).unwrap_or(NONE)
    }

    /// The row of a package by its normalised name.
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        let (mut low, mut high) = (0, self.packages);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.text(self.package(middle, 0)).cmp(name) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Some(middle),
            }
        }
        None
    }

    pub(crate) fn package_name(&self, row: usize) -> &str {
        self.text(self.package(row, 0))
    }

    /// The rows of a package's records.
    pub(crate) fn records_of(&self, package: usize) -> std::ops::Range<usize> {
        let first = (self.package(package, 1) as usize).min(self.records);
        let end = (self.package(package + 1, 1) as usize).min(self.records);
        first..end.max(first)
    }

    /// The versions we know of a package, in order.
    pub(crate) fn versions_of(&self, package: usize) -> impl DoubleEndedIterator<Item = &str> {
        let first = self.package(package, 2);
        let end = self.package(package + 1, 2);
        self.texts(self.at_versions, first, end)
    }

    pub(crate) fn id(&self, record: usize) -> &str {
        self.text(self.record(record, 0))
    }

    pub(crate) fn group(&self, record: usize) -> u32 {
        self.record(record, 1)
    }

    pub(crate) fn aliases(&self, record: usize) -> impl DoubleEndedIterator<Item = &str> {
        self.texts(self.at_aliases, self.record(record, 2), self.record(record + 1, 2))
    }

    pub(crate) fn singles(&self, record: usize) -> impl DoubleEndedIterator<Item = &str> {
        self.texts(self.at_singles, self.record(record, 4), self.record(record + 1, 4))
    }

    pub(crate) fn intervals(&self, record: usize) -> impl Iterator<Item = osv::Interval> {
        let first = self.record(record, 3) as usize;
        let end = (self.record(record + 1, 3) as usize).min((self.at_versions - self.at_intervals) / 12);
        (first..end.max(first)).filter_map(|row| {
            let column =
                |column: usize| number(&self.bytes, self.at_intervals + (row * INTERVAL_ROW + column) * 4);
            let version = |string: u32| Version::from_str(self.text(string)).ok();
            let from = match column(0)? {
                NONE => None,
                string => Some(version(string)?),
            };
            let end = match column(1)? {
                1 => End::Before(version(column(2)?)?),
                2 => End::With(version(column(2)?)?),
                _ => End::Open,
            };
            Some(osv::Interval { from, end })
        })
    }

    pub(crate) fn published(&self, record: usize) -> u32 {
        self.record(record, 5)
    }

    /// The rating, and the score in tenths when a vector gave it.
    pub(crate) fn rating(&self, record: usize) -> (Rating, u32) {
        let packed = self.record(record, 6);
        (Rating::of_number(packed & 0xff), (packed >> 8) & 0xff)
    }

    pub(crate) fn vector(&self, record: usize) -> Option<&str> {
        let string = self.record(record, 7);
        (string != NONE).then(|| self.text(string))
    }

    fn texts(&self, column: usize, first: u32, end: u32) -> impl DoubleEndedIterator<Item = &str> {
        // A damaged number must not become a long count to a far end.
        let rows = self.at_text.saturating_sub(column) / 4;
        let end = if end == NONE { first as usize } else { (end as usize).min(rows) };
        (first as usize..end.max(first as usize))
            .filter_map(move |row| number(&self.bytes, column + row * 4))
            .map(|string| self.text(string))
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let four: [u8; 4] = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
    Some(u32::from_le_bytes(four))
}

/// FNV-1a folded over eight bytes at a time: enough to notice damage, no more.
fn checksum(header: &[u8], body: &[u8]) -> u32 {
    let mut sum: u64 = 0xcbf2_9ce4_8422_2325;
    for chunk in header.chunks(8).chain(body.chunks(8)) {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        sum = (sum ^ u64::from_le_bytes(word)).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(23);
    }
    (sum ^ (sum >> 32)) as u32
}

#[derive(Default)]
struct Strings {
    numbers: BTreeMap<String, u32>,
    list: Vec<String>,
}

impl Strings {
    fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = self.list.len() as u32;
        self.list.push(text.to_owned());
        self.numbers.insert(text.to_owned(), number);
        number
    }
}

/// Writes an index of the records. The same records give the same bytes.
pub(crate) fn write(records: &[Record], day: u32) -> Vec<u8> {
    let mut by_package: BTreeMap<String, Vec<&Record>> = BTreeMap::new();
    let example = example();
    for record in records.iter().chain([&example]) {
        let name = crate::PackageName::new(&record.package).as_str().to_owned();
        by_package.entry(name).or_default().push(record);
    }
    let mut strings = Strings::default();
    let (mut packages, mut rows) = (Vec::new(), Vec::new());
    let (mut aliases, mut intervals, mut versions, mut singles) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (name, mut records) in by_package.iter().map(|(name, records)| (name, records.clone())) {
        records.sort_by(|a, b| a.id.cmp(&b.id));
        packages.extend([strings.number(name), (rows.len() / RECORD_ROW) as u32, versions.len() as u32]);
        let groups = groups(&records);
        let mut known: BTreeMap<Version, String> = BTreeMap::new();
        for (record, group) in records.iter().zip(groups) {
            rows.extend([
                strings.number(&record.id),
                group,
                aliases.len() as u32,
                (intervals.len() / INTERVAL_ROW) as u32,
                singles.len() as u32,
                osv::day_number(&record.published).unwrap_or(0),
            ]);
            let (rating, vector) = rating(record);
            rows.extend([rating, vector.map_or(NONE, |vector| strings.number(vector))]);
            for alias in record.aliases.iter().filter(|alias| **alias != record.id) {
                aliases.push(strings.number(alias));
            }
            let mut stretches = Vec::new();
            for range in &record.ranges {
                stretches.extend(osv::intervals(range).unwrap_or_default());
            }
            for stretch in &stretches {
                let from = stretch.from.as_ref().map_or(NONE, |from| strings.number(&from.to_string()));
                let (kind, end) = match &stretch.end {
                    End::Open => (0, NONE),
                    End::Before(end) => (1, strings.number(&end.to_string())),
                    End::With(end) => (2, strings.number(&end.to_string())),
                };
                intervals.extend([from, kind, end]);
            }
            note_versions(record, &mut known);
            let mut alone = BTreeSet::new();
            for text in &record.versions {
                let inside = Version::from_str(text)
                    .is_ok_and(|version| stretches.iter().any(|stretch| stretch.contains(&version)));
                if !inside {
                    alone.insert(text);
                }
            }
            singles.extend(alone.into_iter().map(|text| strings.number(text)));
        }
        versions.extend(known.values().map(|text| strings.number(text)));
    }
    packages.extend([NONE, (rows.len() / RECORD_ROW) as u32, versions.len() as u32]);
    let ends = [
        NONE,
        NONE,
        aliases.len() as u32,
        (intervals.len() / INTERVAL_ROW) as u32,
        singles.len() as u32,
        0,
        0,
        NONE,
    ];
    let records_written = rows.len() / RECORD_ROW;
    rows.extend(ends);
    let mut body = Vec::new();
    let mut at = 0_u32;
    let put = |body: &mut Vec<u8>, numbers: &[u32]| {
        for number in numbers {
            body.extend(number.to_le_bytes());
        }
    };
    for text in &strings.list {
        put(&mut body, &[at]);
        at += text.len() as u32;
    }
    put(&mut body, &[at]);
    for column in [&packages, &rows, &aliases, &intervals, &versions, &singles] {
        put(&mut body, column);
    }
    for text in &strings.list {
        body.extend(text.as_bytes());
    }
    let mut out = MAGIC.to_vec();
    let header = [
        LAYOUT,
        day,
        strings.list.len() as u32,
        by_package.len() as u32,
        records_written as u32,
        aliases.len() as u32,
        (intervals.len() / INTERVAL_ROW) as u32,
        versions.len() as u32,
        singles.len() as u32,
        at,
    ];
    put(&mut out, &header);
    let sum = checksum(&out, &body);
    put(&mut out, &[sum]);
    out.extend(body);
    out
}

/// A record of a package that does not exist, so that anyone can test what happens when a malicious one is found.
fn example() -> Record {
    Record {
        id: "MAL-0000-0000".to_owned(),
        aliases: Vec::new(),
        package: "barding-example-of-malice".to_owned(),
        ranges: vec![osv::Range { events: vec![Event::Introduced("0".to_owned())] }],
        versions: Vec::new(),
        vectors: Vec::new(),
        word: None,
        published: "1970-01-01".to_owned(),
        modified: "1970-01-01".to_owned(),
    }
}

/// The versions a record tells us exist: those it lists, and those it says bring the fix.
fn note_versions(record: &Record, known: &mut BTreeMap<Version, String>) {
    let events = record.ranges.iter().flat_map(|range| &range.events).filter_map(|event| match event {
        Event::Fixed(text) | Event::LastAffected(text) => Some(text),
        Event::Introduced(_) | Event::Limit(_) => None,
    });
    for text in record.versions.iter().chain(events) {
        if let Ok(version) = Version::from_str(text) {
            known.entry(version).or_insert_with(|| text.clone());
        }
    }
}

fn rating(record: &Record) -> (u32, Option<&str>) {
    let word = record.word.as_deref().map_or(Rating::Unknown, Rating::of_word);
    match severity::best(&record.vectors) {
        Some((vector, score)) => {
            // The word of a database was chosen by people who read the advisory, so it stands before the number.
            let rating = if word == Rating::Unknown { Rating::of_score(score) } else { word };
            ((rating.number()) | (((score * 10.0).round() as u32) << 8), Some(vector))
        }
        None => (word.number(), None),
    }
}

/// The same number for records that share a name, directly or through others: they speak of one vulnerability.
fn groups(records: &[&Record]) -> Vec<u32> {
    let mut group: Vec<usize> = (0..records.len()).collect();
    let mut first_with: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, record) in records.iter().enumerate() {
        for name in std::iter::once(&record.id).chain(&record.aliases) {
            match first_with.get(name.as_str()) {
                Some(other) => {
                    let (a, b) = (root(&group, at), root(&group, *other));
                    let (low, high) = (a.min(b), a.max(b));
                    group[high] = low;
                }
                None => {
                    first_with.insert(name, at);
                }
            }
        }
    }
    (0..records.len()).map(|at| root(&group, at) as u32).collect()
}

fn root(group: &[usize], mut at: usize) -> usize {
    while group[at] != at {
        at = group[at];
    }
    at
}
