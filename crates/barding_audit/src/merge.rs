//! Findings that are one: the same rule at the same place, said once for each settings module that gets there, and a
//! general rule at the place where a rule that knows more speaks of the same thing.

use barding_finding::{Finding, Place};
use barding_source::FileId;
use std::collections::BTreeMap;

/// Makes findings one that say the same of several subjects. The worst and surest speaks; the evidence of all is kept.
pub(crate) fn merge(findings: Vec<Finding>) -> Vec<Finding> {
    let mut merged: Vec<Finding> = Vec::with_capacity(findings.len());
    let mut known: BTreeMap<_, usize> = BTreeMap::new();
    for finding in findings {
        let key = (finding.rule, finding.place.clone(), message_of_any(&finding));
        match known.get(&key) {
            Some(at) => join(&mut merged[*at], finding),
            None => {
                known.insert(key, merged.len());
                merged.push(finding);
            }
        }
    }
    said_once(merged)
}

/// Rules that see the same defect, the one that knows more first.
const SAME_DEFECT: &[(&str, &str)] = &[
    ("secret-key-hardcoded", "hard-coded-password"),
    ("secret-in-source", "hard-coded-password"),
    ("xml-from-request", "xml-parser-expands-entities"),
    ("unsafe-template-filter", "mark-safe-of-variable"),
    ("spreadsheet-cell-from-request", "spreadsheet-formula"),
    ("weak-password-hash", "weak-hash"),
];

/// Leaves out what a rule that knows more says as well, as surely, of code that overlaps.
fn said_once(findings: Vec<Finding>) -> Vec<Finding> {
    let mut better: BTreeMap<(&str, FileId), Vec<(u32, u32, usize)>> = BTreeMap::new();
    for (at, finding) in findings.iter().enumerate() {
        if let Place::Code(span) = &finding.place
            && SAME_DEFECT.iter().any(|(better, _)| *better == finding.rule.0)
        {
            better.entry((finding.rule.0, span.file)).or_default().push((span.start, span.end, at));
        }
    }
    for places in better.values_mut() {
        places.sort_unstable();
    }
    let repeats = |finding: &Finding| {
        let Place::Code(span) = &finding.place else { return false };
        SAME_DEFECT.iter().filter(|(_, general)| *general == finding.rule.0).any(|(rule, _)| {
            better.get(&(*rule, span.file)).is_some_and(|places| {
                // Few places of one rule nest, so a look at the nearest ones before is enough.
                let after = places.partition_point(|(start, _, _)| *start <= span.end);
                places[..after].iter().rev().take(8).any(|(_, end, at)| {
                    span.start <= *end
                        && findings[*at].confidence >= finding.confidence
                        && findings[*at].severity >= finding.severity
                })
            })
        })
    };
    let kept: Vec<bool> = findings.iter().map(|finding| !repeats(finding)).collect();
    findings.into_iter().zip(kept).filter_map(|(finding, kept)| kept.then_some(finding)).collect()
}

/// The message without the names of those it concerns, so that two problems at one place stay two.
fn message_of_any(finding: &Finding) -> String {
    let mut message = finding.message.clone();
    for subject in &finding.subjects {
        message = message.replace(&format!("`{subject}`"), "`*`");
    }
    message
}

fn join(first: &mut Finding, mut second: Finding) {
    if (second.severity, second.confidence) > (first.severity, first.confidence) {
        std::mem::swap(first, &mut second);
    }
    for subject in second.subjects {
        if !first.subjects.contains(&subject) {
            first.subjects.push(subject);
        }
    }
    first.subjects.sort();
    for step in second.evidence {
        if !first.evidence.contains(&step) {
            first.evidence.push(step);
        }
    }
    for fix in second.fixes {
        if !first.fixes.contains(&fix) {
            first.fixes.push(fix);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use barding_finding::{Confidence, Place, Severity};
    use barding_source::{FileId, Span};

    fn finding(subject: &str, message: &str, severity: Severity) -> Finding {
        let rule = barding_rules::rule("debug-enabled").unwrap();
        let place = Place::Code(Span::new(FileId(0), 1, 2));
        let mut finding = Finding::new(&rule.info, place, Confidence::High, message);
        finding.concerning(subject).severity(severity);
        finding
    }

    #[test]
    fn a_general_rule_is_silent_where_a_better_one_speaks() {
        let at = |rule: &str, start: u32, end: u32, confidence: Confidence| {
            let rule = barding_rules::rule(rule).unwrap();
            let place = Place::Code(Span::new(FileId(0), start, end));
            let mut finding = Finding::new(&rule.info, place, confidence, "something");
            finding.severity(Severity::Medium);
            finding
        };
        let merged = merge(vec![
            at("weak-hash", 10, 30, Confidence::Medium),
            at("weak-password-hash", 12, 20, Confidence::Medium),
            at("weak-hash", 40, 50, Confidence::Medium),
            at("spreadsheet-formula", 60, 70, Confidence::High),
            at("spreadsheet-cell-from-request", 60, 70, Confidence::Low),
        ]);
        let rules: Vec<&str> = merged.iter().map(|finding| finding.rule.0).collect();
        assert_eq!(
            rules,
            ["weak-password-hash", "weak-hash", "spreadsheet-formula", "spreadsheet-cell-from-request"]
        );
    }

    #[test]
    fn one_line_read_by_two_modules_is_one_finding() {
        let merged = merge(vec![
            finding("shop.b", "`shop.b` turns DEBUG on", Severity::High),
            finding("shop.a", "`shop.a` turns DEBUG on", Severity::Critical),
            finding("shop.a", "`shop.a` does something else", Severity::Low),
        ]);
        assert_eq!(merged.len(), 2);
        assert_eq!(merged[0].subjects, ["shop.a", "shop.b"]);
        assert_eq!(merged[0].severity, Severity::Critical);
    }
}
