//! `tls-grade-below-a`: the TLS grade is below A.

use super::{grade, observed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::tls::Endpoint;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("tls-grade-below-a"),
        title: "The TLS grade is below A",
        severity: Severity::Info,
        tip: Tip::Certificate,
        cwe: &[327],
        django_checks: &[],
        consequence: "The findings beside this one say what lowers it.",
        advice: "Mend the findings of higher severity first; the grade follows.",
        since: "0.1.0",
        page: include_str!("tls_grade_below_a.md"),
    },
    check: Check::Tls(check),
};

fn check(endpoint: &Endpoint, found: &mut Findings<'_>) {
    let Some(grade) = grade(endpoint) else { return };
    if grade.without_trust.starts_with('A') {
        return;
    }
    let reasons =
        grade.caps.iter().map(|(letter, why)| observed(endpoint, format!("at most {letter}: {why}")));
    found
        .add(
            place(endpoint),
            Confidence::High,
            format!("The TLS grade is {}, with {} points", grade.without_trust, grade.points),
        )
        .because(reasons);
}
