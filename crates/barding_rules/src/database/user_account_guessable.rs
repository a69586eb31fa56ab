//! `user-account-guessable`: an account has a name that everybody guesses.

use super::{accounts, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::database::DatabaseLook;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("user-account-guessable"),
        title: "An account has a name that everybody guesses",
        severity: Severity::Low,
        tip: Tip::PasswordHashing,
        cwe: &[1392],
        django_checks: &[],
        consequence: "Half of the login is known, and robots try exactly these names.",
        advice: "Give administrators names of their own, and remove or lock what is left from setting up (`set_unusable_password()`).",
        since: "0.1.0",
        page: include_str!("user_account_guessable.md"),
    },
    check: Check::Database(check),
};

fn check(seen: &DatabaseLook, found: &mut Findings<'_>) {
    for table in &seen.users {
        if table.default_accounts > 0 {
            let message = format!(
                "{} has {} such as `admin` or `test` with a usable password",
                table.table,
                accounts(table.default_accounts)
            );
            found.add(place(seen), Confidence::Medium, message);
        } else if table.default_accounts_unusable > 0 {
            let message = format!(
                "{} has {} such as `admin` or `test` without a usable password",
                table.table,
                accounts(table.default_accounts_unusable)
            );
            found.add(place(seen), Confidence::High, message).severity(Severity::Info);
        }
    }
}
