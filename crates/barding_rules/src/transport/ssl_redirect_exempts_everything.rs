//! `ssl-redirect-exempts-everything`: no address is redirected to HTTPS.

use crate::ask::{any_item, ask, text_is};
use crate::names;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("ssl-redirect-exempts-everything"),
        title: "No address is redirected to HTTPS",
        severity: Severity::Medium,
        tip: Tip::Https,
        cwe: &[319],
        django_checks: &[],
        consequence: "SECURE_SSL_REDIRECT is on and yet does nothing.",
        advice: "Make the patterns in `SECURE_REDIRECT_EXEMPT` as narrow as the health check they are for: `r\"^healthz$\"`.",
        since: "0.1.0",
        page: include_str!("ssl_redirect_exempts_everything.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    const EVERYTHING: &[&str] =
        &["", "^", ".", ".*", "^.*", "^.*$", ".*$", "$", ".+", "^/", "/", "^.+$", ".?"];
    let everything =
        |value: &Value| any_item(value, |item| text_is(item, |pattern| EVERYTHING.contains(&pattern)));
    let answer = ask(settings, |on| {
        let redirects = on.lists(names::SECURITY).and(on.is_truthy("SECURE_SSL_REDIRECT"));
        redirects.and(on.ask("SECURE_REDIRECT_EXEMPT", Truth::No, everything))
    });
    let says = "exempts every address from the redirect to HTTPS";
    answer.report(found, settings, "SECURE_REDIRECT_EXEMPT", says, &[]);
}
