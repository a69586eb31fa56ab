//! `secret-file-not-ignored`: the next `git add .` would take in a file that holds secrets or the site's data.

use super::secret_file_tracked::confidence;
use crate::{Check, Facts, Findings, Rule};
use barding_finding::{Place, RuleId, RuleInfo, Severity, Tip};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("secret-file-not-ignored"),
        title: "No .gitignore names a file of secrets or data",
        severity: Severity::Low,
        tip: Tip::Secrets,
        cwe: &[538],
        django_checks: &[],
        consequence: "The next `git add .` commits it.",
        advice: "Name it in .gitignore.",
        since: "0.1.0",
        page: include_str!("secret_file_not_ignored.md"),
    },
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, found: &mut Findings<'_>) {
    for (path, what) in facts.repository.iter().flat_map(|repository| &repository.not_ignored) {
        let message =
            format!("{path}, {}, is not tracked yet, and .gitignore does not name it", what.words());
        found.add(Place::File(path.clone()), confidence(*what), message);
    }
}
