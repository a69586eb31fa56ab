//! `secret-in-history`: a commit holds a password, token or key.

use super::place;
use crate::{Check, Facts, Findings, Rule};
use barding_finding::{Evidence, Place, Role, RuleId, RuleInfo, Severity, Tip};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("secret-in-history"),
        title: "A commit holds a secret",
        severity: Severity::High,
        tip: Tip::Secrets,
        cwe: &[798, 540, 538],
        django_checks: &[],
        consequence: "Everyone who can clone the repository has the secret, also when a later commit took it out.",
        advice: "Replace the secret first: cleaning the history does not reach clones and forks. Then clean the history.",
        since: "0.1.0",
        page: include_str!("secret_in_history.md"),
    },
    check: Check::Facts(check),
};

fn check(facts: &Facts<'_>, found: &mut Findings<'_>) {
    for old in facts.history.iter().flat_map(|history| &history.secrets) {
        let secret = &old.secret;
        let what = place::with_article(&secret.detector.title);
        let short: String = old.commit.chars().take(12).collect();
        let at = Place::Commit {
            id: old.commit.clone(),
            path: secret.path.clone(),
            line: u32::try_from(secret.line).unwrap_or(u32::MAX),
        };
        let seen = place::seen(secret, &at);
        let now = if old.is_in_head { "HEAD still has it" } else { "HEAD no longer has it; the commit does" };
        found
            .add(at, place::confidence(secret.certainty), format!("Commit {short} of {} brought {what}", old.date))
            .severity(place::severity(secret.detector))
            .advice(format!(
                "{} Only then clean the history (`git filter-repo --replace-text`), and have every clone made anew; \
                 forks and caches keep what they have.",
                place::advice(secret.detector)
            ))
            .because(seen)
            .because([Evidence::note(Role::Observed, now)]);
    }
}
