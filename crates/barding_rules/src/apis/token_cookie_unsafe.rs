//! `token-cookie-unsafe`: the cookie with the token lacks protection.

use crate::ask::{Answer, ask, ask_at, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("token-cookie-unsafe"),
        title: "The cookie with the token lacks protection",
        severity: Severity::Medium,
        tip: Tip::LiveSettings,
        cwe: &[614, 1004, 352],
        django_checks: &[],
        consequence: "The token can be read on the way, by a script, or be used by another site.",
        advice: "Set `JWT_AUTH_SECURE` and `JWT_AUTH_COOKIE_USE_CSRF` to True in `REST_AUTH`, and leave `JWT_AUTH_HTTPONLY` on.",
        since: "0.1.0",
        page: include_str!("token_cookie_unsafe.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let on_cookie = |jwt: &Value| ask_at(jwt, &["JWT_AUTH_COOKIE"], Truth::No, &Value::truthiness);
    let flaws: [(&str, &str, fn(&Value) -> Truth); 4] = [
        ("JWT_AUTH_SECURE", "it also travels over plain HTTP", |jwt| {
            !ask_at(jwt, &["JWT_AUTH_SECURE"], Truth::No, &Value::truthiness)
        }),
        ("JWT_AUTH_HTTPONLY", "scripts can read it", |jwt| {
            !ask_at(jwt, &["JWT_AUTH_HTTPONLY"], Truth::Yes, &Value::truthiness)
        }),
        ("JWT_AUTH_COOKIE_USE_CSRF", "other sites can use it in forged requests", |jwt| {
            let strict = ask_at(jwt, &["JWT_AUTH_SAMESITE"], Truth::Yes, &|value| {
                text_is(value, |text| !text.eq_ignore_ascii_case("none"))
            });
            let checked =
                ask_at(jwt, &["JWT_AUTH_COOKIE_USE_CSRF"], Truth::No, &Value::truthiness).or(ask_at(
                    jwt,
                    &["JWT_AUTH_COOKIE_ENFORCE_CSRF_ON_UNAUTHENTICATED"],
                    Truth::No,
                    &Value::truthiness,
                ));
            (!checked).and(!strict)
        }),
        ("JWT_AUTH_SAMESITE", "it is sent with requests from other sites", |jwt| {
            ask_at(jwt, &["JWT_AUTH_SAMESITE"], Truth::No, &|value| {
                text_is(value, |text| text.eq_ignore_ascii_case("none"))
            })
        }),
    ];
    let holds: Vec<&str> = flaws
        .iter()
        .filter(|(_, _, flaw)| {
            ask(settings, |on| on.ask("REST_AUTH", Truth::No, |jwt| on_cookie(jwt).and(flaw(jwt))))
                == Answer::Sure
        })
        .map(|(_, words, _)| *words)
        .collect();
    if holds.is_empty() {
        return;
    }
    Answer::Sure.report(
        found,
        settings,
        "REST_AUTH",
        format!("keeps the token in a cookie without full protection: {}", holds.join(", ")),
        &[],
    );
}
