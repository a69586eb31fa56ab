//! Remedies: from a finding to edits that would close it. A remedy is named by the rule it closes; rules themselves stay
//! free of editing.
//!
//! What comes in: findings and the [`Facts`] they were judged by. What goes out: the same findings with [`Fix`]es. A remedy
//! that does not recognise what it sees gives no fix. Whether a fix really closes its finding is not taken on trust: the
//! audit tries it and asks the rules again.

mod address;
mod bench;
mod code;
mod markup;
mod settings;
mod template;

use crate::Facts;
use barding_finding::{Finding, Fix};
use bench::Bench;

/// From a finding to fixes, the best one first.
type Remedy = fn(&Finding, &Bench<'_>) -> Vec<Fix>;

/// Adds fixes to findings whose rules have a remedy and gave none themselves.
pub fn add(findings: &mut [Finding], facts: &Facts<'_>) {
    let (Some(sources), Some(project)) = (facts.sources, &facts.project) else { return };
    let bench = Bench::new(project, sources);
    for finding in findings.iter_mut().filter(|finding| finding.fixes.is_empty()) {
        if let Some(remedy) = remedy(finding.rule.0) {
            finding.fixes = remedy(finding, &bench);
        }
    }
}

/// Whether findings of that rule may be closed by a fix.
pub fn has_remedy(rule: &str) -> bool {
    OWN.contains(&rule) || remedy(rule).is_some()
}

/// Rules that give their fixes themselves.
const OWN: &[&str] = &["form-without-csrf-token", "vulnerable-package"];

fn remedy(rule: &str) -> Option<Remedy> {
    settings::remedy(rule)
        .or_else(|| code::remedy(rule))
        .or_else(|| markup::remedy(rule))
        .or_else(|| template::remedy(rule))
        .or_else(|| address::remedy(rule))
}
