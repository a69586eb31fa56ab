//! `email-not-verified`: people can sign up with somebody else's address.

use crate::ask::{ask, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("email-not-verified"),
        title: "People can sign up with somebody else's address",
        severity: Severity::Medium,
        tip: Tip::LiveSettings,
        cwe: &[287],
        django_checks: &[],
        consequence: "An attacker takes an address first and waits for its owner to sign in.",
        advice: "Set `ACCOUNT_EMAIL_VERIFICATION = \"mandatory\"`.",
        since: "0.1.0",
        page: include_str!("email_not_verified.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let answer = ask(settings, |on| {
        on.installs("allauth.account").and(on.ask("ACCOUNT_EMAIL_VERIFICATION", Truth::No, |value| {
            text_is(value, |text| text == "none" || text == "optional")
        }))
    });
    answer.report(
        found,
        settings,
        "ACCOUNT_EMAIL_VERIFICATION",
        "lets people use addresses that they did not confirm",
        &[],
    );
}
