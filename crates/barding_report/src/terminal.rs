//! For people: the worst first, with the code in question, the checklist, and what was not looked at.

use crate::Look;
use crate::clean::clean_line;
use crate::place::Located;
use barding_finding::{AuditResult, Severity, Verdict};
use std::fmt::Write;

/// The severities, worst first.
pub(crate) const SEVERITIES: [Severity; 5] =
    [Severity::Critical, Severity::High, Severity::Medium, Severity::Low, Severity::Info];

pub(crate) fn render(result: &AuditResult, _look: &Look) -> String {
    let mut out = String::new();
    for finding in &result.findings {
        let place = Located::new(&finding.place, result).words();
        let _ = writeln!(
            out,
            "{}: {} [{}]\n  --> {}",
            finding.severity.word(),
            clean_line(&finding.message),
            finding.rule,
            clean_line(&place)
        );
    }
    for item in &result.checklist {
        let verdict = match &item.verdict {
            Verdict::Pass => "pass",
            Verdict::Fail { .. } => "fail",
            Verdict::Unknown { .. } => "unknown",
            Verdict::NotLookedAt { .. } => "not looked at",
        };
        let _ = writeln!(out, "{:2} {:48} {verdict}", item.tip.number(), item.tip.title());
    }
    out
}

/// What keeps the audit from being complete, in a few words.
pub fn gaps(result: &AuditResult) -> String {
    let coverage = &result.coverage;
    let mut gaps = Vec::new();
    let mut count = |number: usize, one: &str, many: &str| {
        if number > 0 {
            gaps.push(format!("{number} {}", if number == 1 { one } else { many }));
        }
    };
    count(coverage.problems.len(), "problem", "problems");
    count(coverage.unknown.len(), "value not known", "values not known");
    let parts = coverage.looked_at.values().filter(|reasons| !reasons.is_empty()).count();
    count(parts, "part seen only in part", "parts seen only in part");
    gaps.join(", ")
}
