//! The verdict on each of the eighteen tips.

use barding_finding::{Coverage, Finding, Ignored, Severity, Tip, TipResult, Verdict};
use barding_rules::Rule;
use std::collections::BTreeMap;

/// Findings below this do not fail a tip; they are advice.
const FAILS_FROM: Severity = Severity::Low;

/// The verdicts in order. `Pass` needs everything the tip asks for to have been looked at in full, every rule of the
/// tip to have been asked, and nothing to have been set aside.
pub(crate) fn verdicts(
    findings: &[Finding],
    ignored: &[Ignored],
    asked: &[&'static Rule],
    coverage: &Coverage,
) -> Vec<TipResult> {
    let tips: BTreeMap<&str, Tip> =
        barding_rules::rules().map(|rule| (rule.info.id.0, rule.info.tip)).collect();
    let counted = |finding: &Finding| -> Option<(Tip, Severity)> {
        let counts =
            finding.severity >= FAILS_FROM && !barding_rules::ignores::is_about_ignores(finding.rule);
        counts.then(|| tips.get(finding.rule.0).map(|tip| (*tip, finding.severity))).flatten()
    };
    let found: Vec<_> = findings.iter().filter_map(counted).collect();
    let set_aside: Vec<_> = ignored.iter().filter_map(|ignored| counted(&ignored.finding)).collect();
    let verdict = |tip| verdict(tip, &found, &set_aside, asked, coverage);
    Tip::ALL.into_iter().map(|tip| TipResult { tip, verdict: verdict(tip) }).collect()
}

fn verdict(
    tip: Tip,
    found: &[(Tip, Severity)],
    set_aside: &[(Tip, Severity)],
    asked: &[&'static Rule],
    coverage: &Coverage,
) -> Verdict {
    let severities: Vec<Severity> =
        found.iter().filter(|(of, _)| *of == tip).map(|(_, severity)| *severity).collect();
    if let Some(worst) = severities.iter().copied().max() {
        return Verdict::Fail { findings: severities.len(), worst };
    }
    let mut missing = Vec::new();
    let of_tip: Vec<_> = barding_rules::rules().filter(|rule| rule.info.tip == tip).collect();
    let not_asked =
        of_tip.iter().filter(|rule| asked.iter().all(|other| other.info.id != rule.info.id)).count();
    if not_asked > 0 && not_asked == of_tip.len() {
        return Verdict::NotLookedAt { commands: vec!["barding check, with this tip's rules selected"] };
    }
    if not_asked > 0 {
        missing.push(format!("{not_asked} of its {} rules, which were not asked", of_tip.len()));
    }
    let set_aside = set_aside.iter().filter(|(of, _)| *of == tip).count();
    if set_aside > 0 {
        missing.push(format!("an answer to {set_aside} findings that were set aside"));
    }
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
    use barding_finding::{Confidence, Place};

    #[test]
    fn taking_any_piece_of_evidence_away_takes_the_pass_away() {
        let asked: Vec<_> = barding_rules::rules().collect();
        let verdict = |tip, coverage: &Coverage| verdict(tip, &[], &[], &asked, coverage);
        for tip in Tip::ALL {
            let mut coverage = Coverage::default();
            coverage.looked_at.extend(tip.needs().iter().map(|need| (*need, Vec::new())));
            assert_eq!(verdict(tip, &coverage), Verdict::Pass, "{}", tip.id());
            for need in tip.needs() {
                let mut without = coverage.clone();
                without.looked_at.remove(need);
                assert_ne!(verdict(tip, &without), Verdict::Pass, "{} without {need:?}", tip.id());
                without.looked_at.insert(*need, vec!["half of it".to_owned()]);
                assert_ne!(verdict(tip, &without), Verdict::Pass, "{} with half of {need:?}", tip.id());
            }
        }
    }

    #[test]
    fn what_was_not_asked_or_set_aside_is_no_pass() {
        let all: Vec<_> = barding_rules::rules().collect();
        let tip = Tip::LiveSettings;
        let mut coverage = Coverage::default();
        coverage.looked_at.extend(tip.needs().iter().map(|need| (*need, Vec::new())));
        let rule = barding_rules::rule("debug-enabled").unwrap();
        let finding = Finding::new(&rule.info, Place::Project, Confidence::High, "x");
        let ignored = [Ignored { finding: finding.clone(), reason: "x".to_owned(), place: None }];
        let verdict = |findings: &[Finding], ignored: &[Ignored], asked: &[&'static Rule]| {
            let all = verdicts(findings, ignored, asked, &coverage);
            all.into_iter().find(|result| result.tip == tip).unwrap().verdict
        };
        assert_eq!(verdict(&[], &[], &all), Verdict::Pass);
        assert!(matches!(verdict(&[finding], &[], &all), Verdict::Fail { findings: 1, .. }));
        assert!(matches!(verdict(&[], &ignored, &all), Verdict::Unknown { .. }));
        let without: Vec<_> = all.iter().copied().filter(|other| other.info.id != rule.info.id).collect();
        assert!(matches!(verdict(&[], &[], &without), Verdict::Unknown { .. }));
        assert!(matches!(verdict(&[], &[], &[]), Verdict::NotLookedAt { .. }));
    }
}
