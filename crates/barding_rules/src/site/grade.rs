//! The grade of a site: 100 points less what was found, each rule counted once.
//!
//! A critical finding costs 50 points, a high one 25, a medium one 10, a low one 3; what is worth knowing costs nothing, and
//! a finding of medium or low confidence costs half. 95 and more is A+, 85 A, 70 B, 55 C, 40 D, less is F. A critical finding
//! is never better than F, a high one never better than C. A look that only watched is never better than A: what it did not
//! ask may be wrong.

use super::is_live;
use barding_finding::{Confidence, Finding, Severity};
use barding_live::site::{Level, Site};
use std::collections::BTreeMap;

/// The grade and how it came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grade {
    /// `A+` to `F`.
    pub letter: &'static str,
    /// 0 to 100.
    pub points: u32,
    /// How many rules found something that costs points.
    pub faults: usize,
    /// Why it is not better, beyond the points.
    pub because: Option<&'static str>,
}

impl Grade {
    /// The grade in a sentence.
    pub fn sentence(&self) -> String {
        let because = self.because.map(|why| format!("; {why}")).unwrap_or_default();
        format!(
            "Grade {} with {} of 100 points; {} kinds of fault cost points{because}",
            self.letter, self.points, self.faults
        )
    }
}

/// The grade of a site by what was found about it.
pub fn grade(findings: &[Finding], site: &Site) -> Grade {
    let mut costs: BTreeMap<&str, u32> = BTreeMap::new();
    let mut worst = Severity::Info;
    for finding in findings.iter().filter(|finding| is_live(finding.rule.0)) {
        let whole = match finding.severity {
            Severity::Critical => 50,
            Severity::High => 25,
            Severity::Medium => 10,
            Severity::Low => 3,
            Severity::Info => 0,
        };
        let cost = if finding.confidence == Confidence::High { whole } else { whole / 2 };
        if finding.confidence == Confidence::High {
            worst = worst.max(finding.severity);
        }
        let known = costs.entry(finding.rule.0).or_default();
        *known = cost.max(*known);
    }
    let points = 100u32.saturating_sub(costs.values().sum());
    let faults = costs.values().filter(|cost| **cost > 0).count();
    let by_points = match points {
        95.. => "A+",
        85.. => "A",
        70.. => "B",
        55.. => "C",
        40.. => "D",
        _ => "F",
    };
    let order = ["A+", "A", "B", "C", "D", "F"];
    let (cap, because) = match worst {
        Severity::Critical => ("F", Some("a critical finding is never better than F")),
        Severity::High => ("C", Some("a high finding is never better than C")),
        _ if site.level == Level::Passive => ("A", Some("a look that only watched is never better than A")),
        _ => ("A+", None),
    };
    let rank = |letter: &str| order.iter().position(|own| *own == letter).unwrap_or(0);
    let capped = rank(cap) > rank(by_points);
    Grade {
        letter: if capped { cap } else { by_points },
        points,
        faults,
        because: because.filter(|_| capped),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use barding_finding::Place;

    fn of(severities: &[(&str, Severity)], level: Level) -> (String, u32) {
        let finding = |(id, severity): &(&str, Severity)| {
            let rule = crate::rule(id).unwrap();
            let mut finding = Finding::new(
                &rule.info,
                Place::Url("https://shop.example/".to_owned()),
                Confidence::High,
                "x",
            );
            finding.severity(*severity);
            finding
        };
        let findings: Vec<Finding> = severities.iter().map(finding).collect();
        let grade = grade(&findings, &Site { level, ..Site::default() });
        (grade.letter.to_owned(), grade.points)
    }

    #[test]
    fn what_each_fault_costs() {
        assert_eq!(of(&[], Level::Active), ("A+".to_owned(), 100));
        assert_eq!(of(&[], Level::Passive), ("A".to_owned(), 100));
        assert_eq!(of(&[("live-csp-missing", Severity::Medium)], Level::Probe), ("A".to_owned(), 90));
        assert_eq!(of(&[("live-csp-missing", Severity::Medium); 3], Level::Probe), ("A".to_owned(), 90));
        assert_eq!(of(&[("live-hsts-missing", Severity::High)], Level::Probe), ("B".to_owned(), 75).cap("C"));
        assert_eq!(of(&[("live-debug-page", Severity::Critical)], Level::Probe), ("F".to_owned(), 50));
    }

    trait Cap {
        fn cap(self, letter: &str) -> Self;
    }

    impl Cap for (String, u32) {
        fn cap(self, letter: &str) -> Self {
            (letter.to_owned(), self.1)
        }
    }
}
