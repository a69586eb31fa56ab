//! One record of the OSV format, and which versions its ranges say are affected.

use pep440_rs::Version;
use serde_json::Value;
use std::str::FromStr;

/// What we keep of a record: facts, no prose. One per record and package.
#[derive(Clone, Debug)]
pub struct Record {
    /// The record's id.
    pub id: String,
    /// Other names of the same vulnerability.
    pub aliases: Vec<String>,
    /// The package, as the record spells it.
    pub package: String,
    /// The ranges, in the order of the record.
    pub ranges: Vec<Range>,
    /// The versions listed one by one.
    pub versions: Vec<String>,
    /// CVSS vectors.
    pub vectors: Vec<String>,
    /// The word of the database (`LOW`, `MODERATE`…), where it gives one.
    pub word: Option<String>,
    /// The day it was published, `YYYY-MM-DD`.
    pub published: String,
    /// The day it was last changed. Some records carry a date of year 1 here.
    pub modified: String,
}

/// One range: events, in the order of the record.
#[derive(Clone, Debug, Default)]
pub struct Range {
    /// The events.
    pub events: Vec<Event>,
}

/// A version at which something changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// From here on versions are affected. `0` is before every version.
    Introduced(String),
    /// From here on they are not.
    Fixed(String),
    /// After this one they are not.
    LastAffected(String),
    /// Nothing at or after this is affected by this range.
    Limit(String),
}

/// Reads a record. Gives one entry per package of the Python index; none when it is withdrawn or concerns others.
///
/// # Errors
/// When the text is no OSV record.
pub fn records(text: &[u8]) -> Result<Vec<Record>, String> {
    let root: Value = serde_json::from_slice(text).map_err(|error| format!("not JSON: {error}"))?;
    let id = text_at(&root, "id").ok_or("it has no id")?;
    let modified = text_at(&root, "modified").ok_or("it has no date of modification")?;
    if root.get("withdrawn").is_some_and(|withdrawn| !withdrawn.is_null()) {
        return Ok(Vec::new());
    }
    let published = text_at(&root, "published").unwrap_or_else(|| modified.clone());
    let aliases: Vec<String> = texts(root.get("aliases"));
    let word = root.pointer("/database_specific/severity").and_then(Value::as_str).map(str::to_owned);
    let mut records = Vec::new();
    for affected in root.get("affected").and_then(Value::as_array).into_iter().flatten() {
        let package = affected.get("package");
        let ecosystem = package.and_then(|package| text_at(package, "ecosystem"));
        if ecosystem.as_deref() != Some("PyPI") {
            continue;
        }
        let name = package.and_then(|package| text_at(package, "name")).ok_or("a package has no name")?;
        let mut vectors = vectors(root.get("severity"));
        vectors.extend(self::vectors(affected.get("severity")));
        let mut ranges = Vec::new();
        for range in affected.get("ranges").and_then(Value::as_array).into_iter().flatten() {
            // Commits of a repository say nothing about versions; those are listed beside them.
            if !matches!(text_at(range, "type").as_deref(), Some("ECOSYSTEM" | "SEMVER")) {
                continue;
            }
            let events = range.get("events").and_then(Value::as_array).ok_or("a range has no events")?;
            ranges.push(Range { events: events.iter().filter_map(event).collect() });
        }
        records.push(Record {
            id: id.clone(),
            aliases: aliases.clone(),
            package: name,
            ranges,
            versions: texts(affected.get("versions")),
            vectors,
            word: word.clone(),
            published: published.chars().take(10).collect(),
            modified: modified.chars().take(10).collect(),
        });
    }
    Ok(records)
}

fn event(value: &Value) -> Option<Event> {
    let at = |key: &str| text_at(value, key);
    at("introduced")
        .map(Event::Introduced)
        .or_else(|| at("fixed").map(Event::Fixed))
        .or_else(|| at("last_affected").map(Event::LastAffected))
        .or_else(|| at("limit").map(Event::Limit))
}

fn vectors(severity: Option<&Value>) -> Vec<String> {
    let list = severity.and_then(Value::as_array).into_iter().flatten();
    list.filter_map(|entry| text_at(entry, "score")).collect()
}

fn text_at(value: &Value, key: &str) -> Option<String> {
    value.get(key)?.as_str().map(str::to_owned)
}

fn texts(value: Option<&Value>) -> Vec<String> {
    let list = value.and_then(Value::as_array).into_iter().flatten();
    list.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// A stretch of affected versions. `from` is `None` for "from the beginning".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interval {
    /// The first affected version.
    pub from: Option<Version>,
    /// Where it ends.
    pub end: End,
}

/// Where a stretch of affected versions ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// It does not.
    Open,
    /// Before this version.
    Before(Version),
    /// With this version.
    With(Version),
}

impl Interval {
    /// Whether it holds a version.
    pub fn contains(&self, version: &Version) -> bool {
        self.from.as_ref().is_none_or(|from| version >= from)
            && match &self.end {
                End::Open => true,
                End::Before(end) => version < end,
                End::With(end) => version <= end,
            }
    }
}

/// The stretches a range means. `None` when one of its versions is none, for then the order of its events is not known.
pub fn intervals(range: &Range) -> Option<Vec<Interval>> {
    let mut limit: Option<Version> = None;
    let mut events: Vec<(Option<Version>, &Event)> = Vec::new();
    for event in &range.events {
        match event {
            Event::Introduced(text) if text == "0" => events.push((None, event)),
            Event::Limit(text) if text == "*" => {}
            Event::Limit(text) => {
                // With several limits a version is inside when it is before any of them.
                let version = Version::from_str(text).ok()?;
                limit = Some(limit.map_or(version.clone(), |known| known.max(version)));
            }
            Event::Introduced(text) | Event::Fixed(text) | Event::LastAffected(text) => {
                events.push((Some(Version::from_str(text).ok()?), event));
            }
        }
    }
    // A stable sort: events at the same version keep the order of the record.
    events.sort_by(|a, b| a.0.cmp(&b.0));
    let mut out = Vec::new();
    let mut open: Option<Option<Version>> = None;
    for (version, event) in events {
        match (event, &open) {
            (Event::Introduced(_), None) => open = Some(version),
            (Event::Fixed(_), Some(from)) => {
                let end = version.map_or(End::Open, End::Before);
                out.push(Interval { from: from.clone(), end });
                open = None;
            }
            (Event::LastAffected(_), Some(from)) => {
                let end = version.map_or(End::Open, End::With);
                out.push(Interval { from: from.clone(), end });
                open = None;
            }
            _ => {}
        }
    }
    if let Some(from) = open {
        out.push(Interval { from, end: End::Open });
    }
    if let Some(limit) = limit {
        out.retain(|interval| interval.from.as_ref().is_none_or(|from| *from < limit));
        for interval in &mut out {
            let cut = match &interval.end {
                End::Open => true,
                End::Before(end) => *end > limit,
                End::With(end) => *end >= limit,
            };
            if cut {
                interval.end = End::Before(limit.clone());
            }
        }
    }
    Some(out)
}

/// Days since 1970-01-01 of a date that starts with `YYYY-MM-DD`.
pub fn day_number(date: &str) -> Option<u32> {
    let year: i64 = date.get(0..4)?.parse().ok()?;
    let month: i64 = date.get(5..7)?.parse().ok()?;
    let day: i64 = date.get(8..10)?.parse().ok()?;
    let marks = date.get(4..5)? == "-" && date.get(7..8)? == "-";
    if !marks || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Days are counted from March, so that the leap day ends a year.
    let (shifted_year, shifted_month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let era_days = 365 * shifted_year + shifted_year / 4 - shifted_year / 100 + shifted_year / 400;
    let days = era_days + (153 * shifted_month + 2) / 5 + day - 1 - 719_468;
    u32::try_from(days).ok()
}

/// The date of a day number, `YYYY-MM-DD`.
pub fn date_of(day: u32) -> String {
    let shifted = i64::from(day) + 719_468;
    let era = shifted / 146_097;
    let day_of_era = shifted % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        Version::from_str(text).unwrap()
    }

    fn affected(events: &[Event], text: &str) -> bool {
        let range = Range { events: events.to_vec() };
        intervals(&range).unwrap().iter().any(|interval| interval.contains(&version(text)))
    }

    #[test]
    fn ranges_mean_what_osv_says() {
        use Event::*;
        let text = |text: &str| text.to_owned();
        let series =
            [Introduced(text("4.2")), Fixed(text("4.2.16")), Introduced(text("5.0")), Fixed(text("5.0.9"))];
        assert!(affected(&series, "4.2"));
        assert!(!affected(&series, "4.2rc1"));
        assert!(!affected(&series, "4.2.16"));
        assert!(affected(&series, "5.0.8"));
        let unordered = [Fixed(text("2")), Introduced(text("0"))];
        assert!(affected(&unordered, "0.dev0"));
        assert!(!affected(&unordered, "2"));
        let last = [Introduced(text("0")), LastAffected(text("1.5"))];
        assert!(affected(&last, "1.5"));
        assert!(!affected(&last, "1.5.post1"));
        assert!(!affected(&last, "1.5+local"));
        let limited = [Introduced(text("1")), Limit(text("2"))];
        assert!(affected(&limited, "1.9"));
        assert!(!affected(&limited, "2"));
        let reopened = [Introduced(text("0")), Fixed(text("1")), Introduced(text("1")), Fixed(text("2"))];
        assert!(affected(&reopened, "1.0"));
    }

    #[test]
    fn days_and_dates_agree() {
        for date in ["1970-01-01", "2000-02-29", "2024-12-31", "2026-11-23"] {
            assert_eq!(date_of(day_number(date).unwrap()), date);
        }
        assert_eq!(day_number("2026-13-01"), None);
        assert_eq!(day_number("x"), None);
    }

    #[test]
    fn withdrawn_records_and_other_ecosystems_are_left_out() {
        let withdrawn = br#"{"id":"A","modified":"2024-01-01T00:00:00Z","withdrawn":"2024-01-02T00:00:00Z",
            "affected":[{"package":{"ecosystem":"PyPI","name":"x"},"versions":["1"]}]}"#;
        assert!(records(withdrawn).unwrap().is_empty());
        let other = br#"{"id":"A","modified":"2024-01-01T00:00:00Z",
            "affected":[{"package":{"ecosystem":"npm","name":"x"},"versions":["1"]}]}"#;
        assert!(records(other).unwrap().is_empty());
        assert!(records(b"{}").is_err());
    }
}
