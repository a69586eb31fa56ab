//! `login-url-insecure`: the login page is addressed over plain HTTP.

use crate::ask::{ask, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("login-url-insecure"),
        title: "The login page is addressed over plain HTTP",
        severity: Severity::Medium,
        tip: Tip::Https,
        cwe: &[319],
        django_checks: &[],
        consequence: "Passwords travel in clear text.",
        advice: "Use a path or the name of a URL pattern.",
        since: "0.1.0",
        page: include_str!("login_url_insecure.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let answer = ask(settings, |on| {
        on.ask("LOGIN_URL", Truth::No, |value| {
            text_is(value, |url| {
                url.starts_with("http://")
                    && !url.starts_with("http://localhost")
                    && !url.starts_with("http://127.")
            })
        })
    });
    answer.report(found, settings, "LOGIN_URL", "sends people to a login page over plain HTTP", &[]);
}
