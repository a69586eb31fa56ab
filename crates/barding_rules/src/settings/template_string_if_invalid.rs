//! `template-string-if-invalid`: templates print a mark for missing variables.

use crate::ask::{any_item, ask, ask_at};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("template-string-if-invalid"),
        title: "Templates print a mark for missing variables",
        severity: Severity::Low,
        tip: Tip::LiveSettings,
        cwe: &[209],
        django_checks: &["templates.E002"],
        consequence: "Visitors read names of variables, and filters such as `default` no longer work.",
        advice: "Remove `string_if_invalid`; it is an aid for looking at one template on a developer's machine.",
        since: "0.1.0",
        page: include_str!("template_string_if_invalid.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let not_text = |engine: &Value| {
        ask_at(engine, &["OPTIONS", "string_if_invalid"], Truth::No, &|value| match value {
            Value::Text(_) => Truth::No,
            Value::Env(_) | Value::Unknown(_) | Value::Call(_) | Value::Rest(_) | Value::OneOf(_) => {
                Truth::Maybe
            }
            _ => Truth::Yes,
        })
    };
    let marked =
        |engine: &Value| ask_at(engine, &["OPTIONS", "string_if_invalid"], Truth::No, &Value::truthiness);
    let invalid = ask(settings, |on| on.ask("TEMPLATES", Truth::No, |engines| any_item(engines, not_text)));
    let says = "sets string_if_invalid in TEMPLATES to something that is not a text";
    if invalid.report(found, settings, "TEMPLATES", says, &["templates.E002"]).is_some() {
        return;
    }
    let answer = ask(settings, |on| on.ask("TEMPLATES", Truth::No, |engines| any_item(engines, marked)));
    answer.report(found, settings, "TEMPLATES", "prints a mark where a template variable is missing", &[]);
}
