//! The verdict on each of the eighteen tips.

use barding_finding::{Coverage, Finding, Severity, Tip, TipResult, Verdict};

/// Findings below this do not fail a tip; they are advice.
const FAILS_FROM: Severity = Severity::Low;

/// The verdicts in order. `Pass` needs everything the tip asks for to have been looked at in full.
pub(crate) fn verdicts(findings: &[Finding], coverage: &Coverage) -> Vec<TipResult> {
    Tip::ALL.into_iter().map(|tip| TipResult { tip, verdict: verdict(tip, findings, coverage) }).collect()
}

fn verdict(tip: Tip, findings: &[Finding], coverage: &Coverage) -> Verdict {
    let of_tip = findings.iter().filter(|finding| {
        finding.severity >= FAILS_FROM
            && barding_rules::rule(finding.rule.0).is_some_and(|rule| rule.info.tip == tip)
    });
    let severities: Vec<Severity> = of_tip.map(|finding| finding.severity).collect();
    if let Some(worst) = severities.iter().copied().max() {
        return Verdict::Fail { findings: severities.len(), worst };
    }
    let mut missing = Vec::new();
    let mut commands = Vec::new();
    let mut seen_any = false;
    for need in tip.needs() {
        match coverage.looked_at.get(need) {
            None => {
                missing.push(format!("{} ({})", need.words(), need.command()));
                commands.push(need.command());
            }
            Some(gaps) => {
                seen_any = true;
                missing.extend(gaps.iter().cloned());
            }
        }
    }
    commands.dedup();
    match (missing.is_empty(), seen_any) {
        (true, _) => Verdict::Pass,
        (false, true) => Verdict::Unknown { missing },
        (false, false) => Verdict::NotLookedAt { commands },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn taking_any_piece_of_evidence_away_takes_the_pass_away() {
        for tip in Tip::ALL {
            let mut coverage = Coverage::default();
            coverage.looked_at.extend(tip.needs().iter().map(|need| (*need, Vec::new())));
            assert_eq!(verdict(tip, &[], &coverage), Verdict::Pass, "{}", tip.id());
            for need in tip.needs() {
                let mut without = coverage.clone();
                without.looked_at.remove(need);
                assert_ne!(verdict(tip, &[], &without), Verdict::Pass, "{} without {need:?}", tip.id());
                without.looked_at.insert(*need, vec!["half of it".to_owned()]);
                assert_ne!(verdict(tip, &[], &without), Verdict::Pass, "{} with half of {need:?}", tip.id());
            }
        }
    }
}
