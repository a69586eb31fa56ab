//! `secret-file-tracked`: git tracks a file that holds secrets or the site's data.

use crate::{Check, Facts, Findings, Rule};
use barding_finding::{Confidence, Place, RuleId, RuleInfo, Severity, Tip};
use barding_secrets::Sensitive;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("secret-file-tracked"),
        title: "Git tracks a file of secrets or data",
        severity: Severity::High,
        tip: Tip::Secrets,
        cwe: &[538, 540],
        django_checks: &[],
        consequence: "The file is in every clone, and each change to it is kept for ever.",
        advice: "Take it out with `git rm --cached`, name it in .gitignore, and replace the secrets in it.",
        since: "0.1.0",
        page: include_str!("secret_file_tracked.md"),
    },
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, found: &mut Findings<'_>) {
    for (path, what) in facts.repository.iter().flat_map(|repository| &repository.tracked) {
        let place = Place::File(path.clone());
        found
            .add(place, confidence(*what), format!("Git tracks {path}, {}", what.words()))
            .severity(severity(*what))
            .advice(format!(
                "`git rm --cached {path}`, add a line for it to .gitignore, and replace what is secret in it: the history \
                 keeps it."
            ));
    }
}

/// Some projects track an `.env` that only sets harmless defaults, or a module that is merely called secrets.
pub(super) fn confidence(what: Sensitive) -> Confidence {
    match what {
        Sensitive::Environment | Sensitive::LocalSettings | Sensitive::Log | Sensitive::Dump => {
            Confidence::Medium
        }
        Sensitive::Database | Sensitive::Key | Sensitive::Credentials | Sensitive::TerraformState => {
            Confidence::High
        }
    }
}

fn severity(what: Sensitive) -> Severity {
    match what {
        Sensitive::Log | Sensitive::LocalSettings => Severity::Medium,
        _ => Severity::High,
    }
}
