//! The findings of an earlier day, so that an old project can start today: what is in the baseline is set aside, what
//! is new is reported.

use barding_finding::{AuditResult, Finding, Ignored};
use std::collections::BTreeMap;

/// Findings by fingerprint, each with a line for people who read the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    /// Fingerprint to description.
    pub findings: BTreeMap<String, String>,
}

impl Baseline {
    /// The baseline that sets aside everything `result` reports and everything that an earlier baseline set aside.
    pub fn of(result: &AuditResult) -> Self {
        let earlier = result.ignored.iter().filter(|ignored| ignored.reason == IN_BASELINE);
        let all = result.findings.iter().chain(earlier.map(|ignored| &ignored.finding));
        let findings = all.map(|finding| {
            (finding.fingerprint.clone(), format!("{}: {}", finding.rule, finding.message.replace('\n', " ")))
        });
        Self { findings: findings.collect() }
    }

    /// Sets aside what the baseline knows. Returns a note when something of it is not found any more.
    pub(crate) fn apply(&self, findings: &mut Vec<Finding>, ignored: &mut Vec<Ignored>) -> Option<String> {
        let (known, new): (Vec<_>, Vec<_>) = std::mem::take(findings)
            .into_iter()
            .partition(|finding| self.findings.contains_key(&finding.fingerprint));
        let gone = self.findings.len().saturating_sub(known.len());
        *findings = new;
        ignored.extend(known.into_iter().map(|finding| Ignored {
            finding,
            reason: IN_BASELINE.to_owned(),
            place: None,
        }));
        (gone > 0).then(|| format!("{gone} of the baseline's findings are gone; --write-baseline drops them"))
    }
}

const IN_BASELINE: &str = "in the baseline";
