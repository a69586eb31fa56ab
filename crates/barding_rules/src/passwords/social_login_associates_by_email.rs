//! `social-login-associates-by-email`: A login elsewhere is joined to the local account with the same address.

use crate::ask::{any_item, ask};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("social-login-associates-by-email"),
        title: "A login elsewhere is joined to the local account with the same address",
        severity: Severity::High,
        tip: Tip::LiveSettings,
        cwe: &[287],
        django_checks: &[],
        consequence: "A provider that does not check addresses opens any account.",
        advice: "Take `social_core.pipeline.social_auth.associate_by_email` out of `SOCIAL_AUTH_PIPELINE`.",
        since: "0.1.0",
        page: include_str!("social_login_associates_by_email.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let joins = |value: &Value| {
        any_item(value, |item| item.equals_text("social_core.pipeline.social_auth.associate_by_email"))
    };
    let answer = ask(settings, |on| on.ask("SOCIAL_AUTH_PIPELINE", Truth::No, joins));
    answer.report(found, settings, "SOCIAL_AUTH_PIPELINE", "joins accounts by their address", &[]);
}
