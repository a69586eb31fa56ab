//! Findings that are one: the same rule at the same place, said once for each settings module that gets there.

use barding_finding::Finding;
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
    merged
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
