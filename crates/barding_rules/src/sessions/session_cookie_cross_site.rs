//! `session-cookie-cross-site`: the session cookie is sent with requests from other sites.

use crate::ask::{On, ask, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, Series, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("session-cookie-cross-site"),
        title: "The session cookie is sent with requests from other sites",
        severity: Severity::Medium,
        tip: Tip::Csrf,
        cwe: &[1275, 352],
        django_checks: &[],
        consequence: "Forged requests from other sites carry the session; only the CSRF token stands in between.",
        advice: "Leave `SESSION_COOKIE_SAMESITE` at its default `\"Lax\"`, or use `\"Strict\"`.",
        since: "0.1.0",
        page: include_str!("session_cookie_cross_site.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let absent = |value: &Value| match value {
        Value::None => Truth::Yes,
        Value::Bool(known) => Truth::from(!known),
        value => text_is(value, str::is_empty),
    };
    let none = |value: &Value| text_is(value, |text| text.eq_ignore_ascii_case("none"));
    let since = |on: On<'_>, question: &dyn Fn(&Value) -> Truth| match on.series {
        series if series < Series::V2_1 => Truth::No,
        _ => on.ask(NAME, Truth::No, question),
    };
    let insecure = ask(settings, |on| since(on, &none).and(!on.is_truthy("SESSION_COOKIE_SECURE")));
    let says = "sends the session cookie as SameSite=None without Secure, which browsers refuse";
    if insecure.report(found, settings, NAME, says, &[]).is_some() {
        return;
    }
    let everywhere = ask(settings, |on| since(on, &none));
    if everywhere
        .report(found, settings, NAME, "sends the session cookie with requests from other sites", &[])
        .is_some()
    {
        return;
    }
    let unsaid = ask(settings, |on| since(on, &absent));
    if let Some(finding) =
        unsaid.report(found, settings, NAME, "leaves SameSite out of the session cookie", &[])
    {
        finding.severity(Severity::Low);
    }
}

const NAME: &str = "SESSION_COOKIE_SAMESITE";
