//! The proof of a fix: two audits compared. Its finding must be gone, nothing may have come instead, and everything that
//! could be read before must still be readable.

use barding_finding::{AuditResult, Finding, Place};
use std::collections::BTreeMap;

/// What a finding says, without what an edit elsewhere in the file would change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Saying {
    rule: &'static str,
    /// Empty where the finding is about a setting: it may move from one file of the settings to another.
    path: String,
    subject: String,
    message: String,
}

/// What one finding says, once for each of those it concerns.
pub(super) fn sayings(result: &AuditResult, finding: &Finding) -> Vec<Saying> {
    let message = without_numbers(&finding.message);
    if finding.subjects.is_empty() {
        let path = match &finding.place {
            Place::Code(span) | Place::Package { lockfile: span, .. } => {
                result.file(*span).map(|file| file.path.to_string()).unwrap_or_default()
            }
            Place::File(path) => path.to_string(),
            _ => String::new(),
        };
        return vec![Saying { rule: finding.rule.0, path, subject: String::new(), message }];
    }
    let mut nameless = message;
    for subject in &finding.subjects {
        nameless = nameless.replace(&format!("`{subject}`"), "`*`");
    }
    let one = |subject: &String| Saying {
        rule: finding.rule.0,
        path: String::new(),
        subject: subject.clone(),
        message: nameless.clone(),
    };
    finding.subjects.iter().map(one).collect()
}

/// Everything an audit says, counted. What is set aside counts too: an ignore must not hide what a fix did.
pub(super) fn all(result: &AuditResult) -> BTreeMap<Saying, usize> {
    let mut counted = BTreeMap::new();
    let ignored = result.ignored.iter().map(|ignored| &ignored.finding);
    for saying in result.findings.iter().chain(ignored).flat_map(|finding| sayings(result, finding)) {
        *counted.entry(saying).or_default() += 1;
    }
    counted
}

/// What could not be read, by file and words, counted.
pub(super) fn problems(result: &AuditResult) -> BTreeMap<(String, String), usize> {
    let mut counted = BTreeMap::new();
    for problem in &result.coverage.problems {
        let path = match (&problem.path, problem.place) {
            (Some(path), _) => path.to_string(),
            (None, Some(span)) => result.file(span).map(|file| file.path.to_string()).unwrap_or_default(),
            (None, None) => String::new(),
        };
        *counted.entry((path, problem.message.clone())).or_default() += 1;
    }
    counted
}

/// What is more often in `after` than in `before`.
pub(super) fn more<K: Ord + Clone>(before: &BTreeMap<K, usize>, after: &BTreeMap<K, usize>) -> Vec<K> {
    let grown = after.iter().filter(|(key, count)| **count > before.get(*key).copied().unwrap_or_default());
    grown.map(|(key, _)| key.clone()).collect()
}

impl Saying {
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    pub(super) fn words(&self) -> String {
        let place = if self.path.is_empty() { &self.subject } else { &self.path };
        format!("{}: {} ({place})", self.rule, self.message)
    }
}

/// A message without its numbers: lines move, and a version that was raised may still not be the newest.
fn without_numbers(message: &str) -> String {
    let mut words = String::with_capacity(message.len());
    for letter in message.chars() {
        match letter.is_ascii_digit() {
            true if words.ends_with('#') => {}
            true => words.push('#'),
            false => words.push(letter),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_no_part_of_what_is_said() {
        assert_eq!(
            without_numbers("set in line 12, and 3 more"),
            without_numbers("set in line 14, and 3 more")
        );
        assert_ne!(without_numbers("`a` is old"), without_numbers("`b` is old"));
    }

    #[test]
    fn only_growth_counts() {
        let count = |pairs: &[(&'static str, usize)]| pairs.iter().copied().collect::<BTreeMap<_, _>>();
        assert_eq!(more(&count(&[("a", 2), ("b", 1)]), &count(&[("a", 1), ("b", 2), ("c", 1)])), ["b", "c"]);
    }
}
