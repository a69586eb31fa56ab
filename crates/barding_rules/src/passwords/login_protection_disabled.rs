//! `login-protection-disabled`: the brake on guessing passwords is off.

use crate::ask::ask;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("login-protection-disabled"),
        title: "The brake on guessing passwords is off",
        severity: Severity::Medium,
        tip: Tip::LiveSettings,
        cwe: &[307],
        django_checks: &[],
        consequence: "Passwords can be tried as fast as the server answers.",
        advice: "Remove the setting in production; it is meant for tests.",
        since: "0.1.0",
        page: include_str!("login_protection_disabled.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let off = |value: &Value| !value.truthiness();
    for (name, app) in [
        ("AXES_ENABLED", "axes"),
        ("AXES_LOCK_OUT_AT_FAILURE", "axes"),
        ("RATELIMIT_ENABLE", ""),
        ("ACCOUNT_RATE_LIMITS", "allauth.account"),
        ("ACCOUNT_LOGIN_ATTEMPTS_LIMIT", "allauth.account"),
        ("DEFENDER_DISABLE_IP_LOCKOUT", "defender"),
    ] {
        let answer = ask(settings, |on| {
            let installed = if app.is_empty() { Truth::Yes } else { on.installs(app) };
            let off = match name {
                "DEFENDER_DISABLE_IP_LOCKOUT" => on.is_truthy(name),
                // An empty dictionary leaves the built-in limits of allauth in place.
                "ACCOUNT_RATE_LIMITS" => on.ask(name, Truth::No, |value| match value {
                    Value::Bool(known) => Truth::from(!known),
                    Value::None => Truth::Yes,
                    Value::Dict(_) => Truth::No,
                    _ => Truth::Maybe,
                }),
                _ => on.ask(name, Truth::No, off),
            };
            installed.and(off)
        });
        answer.report(
            found,
            settings,
            name,
            format!("switches the brake on guessing passwords off with {name}"),
            &[],
        );
    }
    let dummy = ask(settings, |on| {
        on.installs("axes").and(on.equals("AXES_HANDLER", "axes.handlers.dummy.AxesDummyHandler"))
    });
    dummy.report(
        found,
        settings,
        "AXES_HANDLER",
        "switches the brake on guessing passwords off with AXES_HANDLER",
        &[],
    );
}
