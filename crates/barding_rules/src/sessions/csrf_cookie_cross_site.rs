//! `csrf-cookie-cross-site`: the CSRF cookie is sent with requests from other sites.

use crate::ask::{ask, text_is};
use crate::names;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, Series, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("csrf-cookie-cross-site"),
        title: "The CSRF cookie is sent with requests from other sites",
        severity: Severity::Low,
        tip: Tip::Csrf,
        cwe: &[1275],
        django_checks: &[],
        consequence: "A layer of protection against forged requests is missing.",
        advice: "Leave `CSRF_COOKIE_SAMESITE` at its default `\"Lax\"`.",
        since: "0.1.0",
        page: include_str!("csrf_cookie_cross_site.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let everywhere = |value: &Value| match value {
        Value::None => Truth::Yes,
        Value::Bool(known) => Truth::from(!known),
        value => text_is(value, |text| text.is_empty() || text.eq_ignore_ascii_case("none")),
    };
    let answer = ask(settings, |on| match on.series {
        series if series < Series::V2_1 => Truth::No,
        _ => on.lists(names::CSRF).and(!on.is_truthy("CSRF_USE_SESSIONS")).and(on.ask(
            "CSRF_COOKIE_SAMESITE",
            Truth::No,
            everywhere,
        )),
    });
    answer.report(
        found,
        settings,
        "CSRF_COOKIE_SAMESITE",
        "does not limit the CSRF cookie to its own site",
        &[],
    );
}
