//! `stored-password-broken`: passwords are stored without protection.

use super::{listed, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::database::{DatabaseLook, users::StoredHash};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("stored-password-broken"),
        title: "Passwords are stored without protection",
        severity: Severity::Critical,
        tip: Tip::PasswordHashing,
        cwe: &[916, 256],
        django_checks: &[],
        consequence: "With a copy of the table most passwords are known within hours, and people use them elsewhere too.",
        advice: "Put PBKDF2 or Argon2 first in PASSWORD_HASHERS and wrap the old hashes in a migration (Django's documentation: upgrading without a login).",
        since: "0.1.0",
        page: include_str!("stored_password_broken.md"),
    },
    check: Check::Database(check),
};

fn check(seen: &DatabaseLook, found: &mut Findings<'_>) {
    for table in &seen.users {
        let broken: Vec<String> = table
            .hashes
            .iter()
            .filter(|(words, _)| StoredHash::from_words(words).is_broken())
            .map(|(words, count)| {
                format!("{count} as {}", if words == "unknown" { "nothing Django makes" } else { words })
            })
            .collect();
        if !broken.is_empty() {
            let message = format!("{} stores {}", table.table, listed(&broken));
            found.add(place(seen), Confidence::High, message);
        }
    }
}
