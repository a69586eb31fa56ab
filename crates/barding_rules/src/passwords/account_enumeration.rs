//! `account-enumeration`: the login tells strangers who has an account.

use crate::ask::ask;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("account-enumeration"),
        title: "The login tells strangers who has an account",
        severity: Severity::Medium,
        tip: Tip::LiveSettings,
        cwe: &[204],
        django_checks: &[],
        consequence: "Attackers collect addresses that are worth trying.",
        advice: "Remove `ACCOUNT_PREVENT_ENUMERATION`; it is on by default.",
        since: "0.1.0",
        page: include_str!("account_enumeration.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let answer = ask(settings, |on| {
        on.installs("allauth.account")
            .and(on.ask("ACCOUNT_PREVENT_ENUMERATION", Truth::No, |value| !value.truthiness()))
    });
    answer.report(
        found,
        settings,
        "ACCOUNT_PREVENT_ENUMERATION",
        "tells strangers whether an address has an account",
        &[],
    );
}
