//! Django's own word on its security releases: how bad it called each weakness, and releases newer than the archive.

use super::osv::{Event, Range, Record};
use crate::data::{self, Node};

static RELEASES: &str = include_str!("../../data/django.toml");

/// What Django says of one weakness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Release {
    pub(crate) id: String,
    pub(crate) published: String,
    /// The severity Django gave it, if any.
    pub(crate) severity: Option<String>,
    /// The first release of each series that mends it.
    pub(crate) fixed: Vec<String>,
}

/// All of them, oldest first.
pub(crate) fn releases() -> Vec<Release> {
    let (root, _) = data::toml(RELEASES);
    root.items_at("release")
        .iter()
        .filter_map(|node| {
            Some(Release {
                id: node.text_at("id")?.to_owned(),
                published: node.text_at("published")?.to_owned(),
                severity: node.text_at("severity").map(str::to_owned),
                fixed: node.items_at("fixed").iter().filter_map(Node::text).map(str::to_owned).collect(),
            })
        })
        .collect()
}

impl Release {
    /// The same as a record. Only the series that got a release are known to be affected.
    pub(crate) fn record(&self) -> Record {
        let mut events = Vec::new();
        for fixed in &self.fixed {
            let series: Vec<&str> = fixed.split('.').take(2).collect();
            events.push(Event::Introduced(series.join(".")));
            events.push(Event::Fixed(fixed.clone()));
        }
        Record {
            id: format!("DJANGO-{}", self.id),
            aliases: vec![self.id.clone()],
            package: "django".to_owned(),
            ranges: vec![Range { events }],
            versions: Vec::new(),
            vectors: Vec::new(),
            word: self.severity.clone(),
            published: self.published.clone(),
            modified: self.published.clone(),
        }
    }
}

/// Adds what Django says to the records of an archive: a severity where the record has none, and the weaknesses that the
/// archive does not know yet.
pub(crate) fn complete(records: &[Record]) -> Vec<Record> {
    let mut complete = records.to_vec();
    for release in releases() {
        let mut known = false;
        for record in complete.iter_mut().filter(|record| record.package.eq_ignore_ascii_case("django")) {
            if record.id == release.id || record.aliases.contains(&release.id) {
                known = true;
                if record.word.is_none() {
                    record.word.clone_from(&release.severity);
                }
            }
        }
        if !known && !release.fixed.is_empty() {
            complete.push(release.record());
        }
    }
    complete
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::str::FromStr;

    #[test]
    fn every_release_is_read_whole() {
        let releases = releases();
        assert_eq!(releases.len(), RELEASES.matches("[[release]]").count());
        for release in &releases {
            assert!(release.id.starts_with("CVE-"), "{}", release.id);
            assert!(super::super::osv::day_number(&release.published).is_some(), "{}", release.id);
            for version in &release.fixed {
                assert!(crate::Version::from_str(version).is_ok(), "{}: {version}", release.id);
            }
        }
    }

    #[test]
    fn the_archive_is_completed_and_not_changed() {
        let first = &releases()[0];
        let own = Record { word: None, ..first.record() };
        let complete = complete(std::slice::from_ref(&own));
        assert_eq!(complete[0].ranges[0].events, own.ranges[0].events);
        assert_eq!(complete[0].word, first.severity);
        assert!(complete.len() > 100);
    }
}
