//! `login-required-before-authentication`: loginRequiredMiddleware runs before it knows the user.

use crate::ask::ask;
use crate::names;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, Series, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("login-required-before-authentication"),
        title: "LoginRequiredMiddleware runs before it knows the user",
        severity: Severity::High,
        tip: Tip::Middleware,
        cwe: &[306],
        django_checks: &["auth.E013"],
        consequence: "The site raises an error with every request.",
        advice: "Put AuthenticationMiddleware before LoginRequiredMiddleware.",
        since: "0.1.0",
        page: include_str!("login_required_before_authentication.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let place = |list: &[Value], path: &str| list.iter().position(|item| item.text() == Some(path));
    let answer = ask(settings, |on| match on.series {
        series if series < Series::V5_1 => Truth::No,
        _ => on.ask("MIDDLEWARE", Truth::No, |list| {
            let Some(items) = list.items() else { return Truth::Maybe };
            let Some(login) = place(items, names::LOGIN_REQUIRED) else { return Truth::No };
            match place(items, names::AUTHENTICATION) {
                Some(authentication) => Truth::from(authentication > login),
                None if items.iter().all(|item| {
                    item.text().is_some_and(|path| !path.ends_with("AuthenticationMiddleware"))
                }) =>
                {
                    Truth::Yes
                }
                None => Truth::Maybe,
            }
        }),
    });
    let says = "runs LoginRequiredMiddleware without AuthenticationMiddleware before it";
    answer.report(found, settings, "MIDDLEWARE", says, &["auth.E013"]);
}
