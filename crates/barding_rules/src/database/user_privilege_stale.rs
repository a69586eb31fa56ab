//! `user-privilege-stale`: rights outlive their use.

use super::{accounts, place};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::database::DatabaseLook;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("user-privilege-stale"),
        title: "Rights outlive their use",
        severity: Severity::Low,
        tip: Tip::PasswordHashing,
        cwe: &[269],
        django_checks: &[],
        consequence: "A switched-off account is one click from being an administrator again; an unused one is watched by nobody.",
        advice: "Take `is_staff` and `is_superuser` from accounts that are switched off, and remove superusers that nobody uses.",
        since: "0.1.0",
        page: include_str!("user_privilege_stale.md"),
    },
    check: Check::Database(check),
};

fn check(seen: &DatabaseLook, found: &mut Findings<'_>) {
    for table in &seen.users {
        let mut add = |message: String| {
            found.add(place(seen), Confidence::High, message);
        };
        if table.inactive_staff > 0 {
            add(format!(
                "{} has {} switched off that are still staff or superusers",
                table.table,
                accounts(table.inactive_staff)
            ));
        }
        if table.superusers_never_seen > 0 {
            add(format!(
                "{} has {} with every right that never logged in",
                table.table,
                accounts(table.superusers_never_seen)
            ));
        }
        if table.superusers > 5 && table.superusers * 10 > table.users {
            add(format!("{} of {} users in {} are superusers", table.superusers, table.users, table.table));
        }
    }
}
