//! `template-loaders-with-app-dirs`: TEMPLATES names loaders and APP_DIRS.

use crate::ask::{any_item, ask, ask_at};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, Series, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("template-loaders-with-app-dirs"),
        title: "TEMPLATES names loaders and APP_DIRS",
        severity: Severity::Low,
        tip: Tip::LiveSettings,
        cwe: &[1188],
        django_checks: &["templates.E001"],
        consequence: "Django refuses the combination.",
        advice: "Remove `APP_DIRS`, or the loaders.",
        since: "0.1.0",
        page: include_str!("template_loaders_with_app_dirs.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let both = |engine: &Value| {
        let app_dirs = ask_at(engine, &["APP_DIRS"], Truth::No, &Value::truthiness);
        app_dirs.and(ask_at(engine, &["OPTIONS", "loaders"], Truth::No, &|_| Truth::Yes))
    };
    let answer = ask(settings, |on| match on.series {
        series if series >= Series::V5_1 => Truth::No,
        _ => on.ask("TEMPLATES", Truth::No, |engines| any_item(engines, both)),
    });
    answer.report(
        found,
        settings,
        "TEMPLATES",
        "sets both APP_DIRS and loaders in TEMPLATES",
        &["templates.E001"],
    );
}
