//! `social-login-by-email`: A login elsewhere opens the local account with the same address.

use crate::ask::ask;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("social-login-by-email"),
        title: "A login elsewhere opens the local account with the same address",
        severity: Severity::High,
        tip: Tip::LiveSettings,
        cwe: &[287, 346],
        django_checks: &[],
        consequence: "A provider that does not check addresses, or that an attacker runs, opens any account.",
        advice: "Remove `SOCIALACCOUNT_EMAIL_AUTHENTICATION`; let people connect accounts while they are logged in.",
        since: "0.1.0",
        page: include_str!("social_login_by_email.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let answer = ask(settings, |on| {
        on.installs("allauth.socialaccount").and(on.ask(
            "SOCIALACCOUNT_EMAIL_AUTHENTICATION",
            Truth::No,
            |value| value.truthiness(),
        ))
    });
    answer.report(
        found,
        settings,
        "SOCIALACCOUNT_EMAIL_AUTHENTICATION",
        "opens local accounts to whoever a provider says has the same address",
        &[],
    );
}
