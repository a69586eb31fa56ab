//! `hsts-not-a-number`: SECURE_HSTS_SECONDS is not an integer.

use crate::ask::ask;
use crate::names;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("hsts-not-a-number"),
        title: "SECURE_HSTS_SECONDS is not an integer",
        severity: Severity::Low,
        tip: Tip::Https,
        cwe: &[319],
        django_checks: &[],
        consequence: "A text such as \"0\" passes Django's check and yet sends a header that protects nobody.",
        advice: "Write an integer: `SECURE_HSTS_SECONDS = 31536000`. Cast what comes from the environment with `int()`.",
        since: "0.1.0",
        page: include_str!("hsts_not_a_number.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let not_a_number = |value: &Value| match value {
        Value::Text(text) => Truth::from(!text.is_empty()),
        Value::Bool(known) => Truth::from(*known),
        Value::Float(_) => Truth::Yes,
        // The text of a variable that is set stays a text.
        Value::Env(env) if env.cast == barding_project::value::Cast::Text => Truth::Yes,
        Value::Int(_) | Value::None => Truth::No,
        _ => Truth::Maybe,
    };
    let answer = ask(settings, |on| {
        on.lists(names::SECURITY).and(on.ask("SECURE_HSTS_SECONDS", Truth::No, not_a_number))
    });
    answer.report(
        found,
        settings,
        "SECURE_HSTS_SECONDS",
        "sets SECURE_HSTS_SECONDS to something that is not an integer",
        &[],
    );
}
