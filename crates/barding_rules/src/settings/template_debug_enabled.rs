//! `template-debug-enabled`: template debugging is on.

use crate::ask::{any_item, ask, ask_at};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("template-debug-enabled"),
        title: "Template debugging is on",
        severity: Severity::Low,
        tip: Tip::LiveSettings,
        cwe: &[489],
        django_checks: &[],
        consequence: "Errors carry the source of templates into error reports.",
        advice: "Remove `debug` from `OPTIONS`; it follows DEBUG by itself.",
        since: "0.1.0",
        page: include_str!("template_debug_enabled.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let on_anyway = |engine: &Value| ask_at(engine, &["OPTIONS", "debug"], Truth::No, &Value::truthiness);
    let answer = ask(settings, |on| {
        (!on.is_truthy("DEBUG")).and(on.ask("TEMPLATES", Truth::No, |engines| any_item(engines, on_anyway)))
    });
    answer.report(found, settings, "TEMPLATES", "keeps template debugging on with DEBUG off", &[]);
}
