//! `oauth-without-pkce`: authorization codes work without PKCE.

use crate::ask::{ask, ask_at};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("oauth-without-pkce"),
        title: "Authorization codes work without PKCE",
        severity: Severity::High,
        tip: Tip::LiveSettings,
        cwe: &[287],
        django_checks: &[],
        consequence: "A stolen code is enough to get a token.",
        advice: "Remove `PKCE_REQUIRED` from `OAUTH2_PROVIDER`; it is on by default.",
        since: "0.1.0",
        page: include_str!("oauth_without_pkce.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let answer = ask(settings, |on| {
        on.ask("OAUTH2_PROVIDER", Truth::No, |value| {
            ask_at(value, &["PKCE_REQUIRED"], Truth::No, &|value| !value.truthiness())
        })
    });
    answer.report(found, settings, "OAUTH2_PROVIDER", "accepts authorization codes without PKCE", &[]);
}
