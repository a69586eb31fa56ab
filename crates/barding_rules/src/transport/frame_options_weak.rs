//! `frame-options-weak`: pages may be framed.

use crate::ask::{Answer, ask, text_is};
use crate::names;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("frame-options-weak"),
        title: "Pages may be framed",
        severity: Severity::Low,
        tip: Tip::Clickjacking,
        cwe: &[1021],
        django_checks: &["security.W019"],
        consequence: "Another page can show this site in a frame and steer clicks into it.",
        advice: "Set `X_FRAME_OPTIONS = \"DENY\"`, the default since Django 3.0, and exempt single views with `xframe_options_sameorigin`.",
        since: "0.1.0",
        page: include_str!("frame_options_weak.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let answer = ask(settings, |on| {
        let not_deny = on.ask("X_FRAME_OPTIONS", Truth::Yes, |value| !value.equals_text("DENY"));
        on.lists(names::FRAME_OPTIONS).and(not_deny)
    });
    let nobody_heeds = ask(settings, |on| {
        on.ask("X_FRAME_OPTIONS", Truth::No, |value| match value {
            Value::Text(text) => {
                Truth::from(!["DENY", "SAMEORIGIN"].contains(&text.to_ascii_uppercase().as_str()))
            }
            Value::None | Value::Bool(_) => Truth::Yes,
            _ => Truth::Maybe,
        })
    });
    let lower_case = ask(settings, |on| {
        on.ask("X_FRAME_OPTIONS", Truth::No, |value| text_is(value, |text| text.eq_ignore_ascii_case("DENY")))
    });
    let (says, severity) = match (nobody_heeds, lower_case) {
        (Answer::Sure, _) => (
            "sets an X_FRAME_OPTIONS that browsers do not know, so every site may frame its pages",
            Severity::Medium,
        ),
        (_, Answer::Sure) => {
            ("does not spell X_FRAME_OPTIONS as DENY, which Django's check asks for", Severity::Info)
        }
        _ => ("lets pages of the same origin be framed: X_FRAME_OPTIONS is not DENY", Severity::Low),
    };
    if let Some(finding) = answer.report(found, settings, "X_FRAME_OPTIONS", says, &["security.W019"]) {
        finding.severity(severity);
    }
}
