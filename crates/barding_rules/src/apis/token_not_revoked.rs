//! `token-not-revoked`: tokens outlive what should end them.

use crate::ask::{ask, ask_at};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("token-not-revoked"),
        title: "Tokens outlive what should end them",
        severity: Severity::Low,
        tip: Tip::LiveSettings,
        cwe: &[613],
        django_checks: &[],
        consequence: "A refresh token that was replaced, or that belongs to a deactivated user, still works.",
        advice: "Set `BLACKLIST_AFTER_ROTATION` to True with `rest_framework_simplejwt.token_blacklist` installed, and leave `CHECK_USER_IS_ACTIVE` on.",
        since: "0.1.0",
        page: include_str!("token_not_revoked.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let at = |jwt: &Value, key: &str| ask_at(jwt, &[key], Truth::No, &Value::truthiness);
    let rotated = ask(settings, |on| {
        let listed = on.installs("rest_framework_simplejwt.token_blacklist");
        on.ask("SIMPLE_JWT", Truth::No, |jwt| {
            at(jwt, "ROTATE_REFRESH_TOKENS").and((!at(jwt, "BLACKLIST_AFTER_ROTATION")).or(!listed))
        })
    });
    if rotated
        .report(found, settings, "SIMPLE_JWT", "replaces refresh tokens without ending the old ones", &[])
        .is_some()
    {
        return;
    }
    let inactive = ask(settings, |on| {
        on.ask("SIMPLE_JWT", Truth::No, |jwt| {
            ask_at(jwt, &["CHECK_USER_IS_ACTIVE"], Truth::No, &|value| !value.truthiness())
        })
    });
    if let Some(finding) =
        inactive.report(found, settings, "SIMPLE_JWT", "accepts tokens of deactivated users", &[])
    {
        finding.severity(Severity::Medium);
    }
}
