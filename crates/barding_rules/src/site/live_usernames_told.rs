//! `live-usernames-told`: The site tells whether somebody has an account.

use super::{add, around, pages};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-usernames-told"),
        title: "The site tells whether somebody has an account",
        severity: Severity::Low,
        tip: Tip::Checkup,
        cwe: &[204],
        django_checks: &[],
        consequence: "Names for guessing passwords, or for writing to people, can be gathered.",
        advice: "Answer alike whether the account exists; Django's PasswordResetView does, allauth with `ACCOUNT_PREVENT_ENUMERATION`.",
        since: "0.1.0",
        page: include_str!("live_usernames_told.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let marks = [
        "validate_username",
        "check_username",
        "username_exists",
        "check-username",
        "email_exists",
        "check_email_exists",
    ];
    for page in pages(site, found) {
        if let Some(mark) = marks.into_iter().find(|mark| page.body.contains(mark)) {
            add(
                found,
                page,
                Confidence::Low,
                format!("The page asks the site whether a name is taken: `{mark}`"),
                around(&page.body, mark),
            );
            return;
        }
    }
}
