//! `stored-password-cheap`: stored passwords have a low work factor.

use super::{listed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::database::{DatabaseLook, users::StoredHash};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("stored-password-cheap"),
        title: "Stored passwords have a low work factor",
        severity: Severity::Medium,
        tip: Tip::PasswordHashing,
        cwe: &[916],
        django_checks: &[],
        consequence: "With a copy of the table each password costs an attacker less than today's machines allow for.",
        advice: "A newer Django raises the work factor of each user at the next login; hashes of users who never come back can be wrapped in a migration, or their passwords reset.",
        since: "0.1.0",
        page: include_str!("stored_password_cheap.md"),
    },
    check: Check::Database(check),
};

fn check(seen: &DatabaseLook, found: &mut Findings<'_>) {
    for table in &seen.users {
        let cheap: Vec<String> = table
            .hashes
            .iter()
            .filter(|(words, _)| StoredHash::from_words(words).is_cheap())
            .map(|(words, count)| format!("{count} as {words}"))
            .collect();
        if !cheap.is_empty() {
            let message = format!("{} stores {}", table.table, listed(&cheap));
            found.add(place(seen), Confidence::High, message);
        }
    }
}
