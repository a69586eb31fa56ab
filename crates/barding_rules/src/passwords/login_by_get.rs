//! `login-by-get`: A link elsewhere can start a login.

use crate::ask::ask;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("login-by-get"),
        title: "A link elsewhere can start a login",
        severity: Severity::Low,
        tip: Tip::Csrf,
        cwe: &[352],
        django_checks: &[],
        consequence: "An image or a frame on another page logs the visitor in with an account the attacker chose.",
        advice: "Remove `SOCIALACCOUNT_LOGIN_ON_GET`.",
        since: "0.1.0",
        page: include_str!("login_by_get.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let answer = ask(settings, |on| {
        on.installs("allauth.socialaccount")
            .and(on.ask("SOCIALACCOUNT_LOGIN_ON_GET", Truth::No, |value| value.truthiness()))
    });
    answer.report(found, settings, "SOCIALACCOUNT_LOGIN_ON_GET", "lets a GET request start a login", &[]);
}
