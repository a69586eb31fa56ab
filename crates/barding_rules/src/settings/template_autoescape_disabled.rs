//! `template-autoescape-disabled`: templates do not escape anything.

use crate::ask::{any_item, ask, ask_at};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("template-autoescape-disabled"),
        title: "Templates do not escape anything",
        severity: Severity::Critical,
        tip: Tip::Xss,
        cwe: &[79, 116],
        django_checks: &[],
        consequence: "Every value a visitor wrote runs as HTML in the pages of others.",
        advice: "Remove `autoescape` from `OPTIONS`; mark single values with `|safe` where that is right.",
        since: "0.1.0",
        page: include_str!("template_autoescape_disabled.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let off =
        |engine: &Value| ask_at(engine, &["OPTIONS", "autoescape"], Truth::No, &|value| !value.truthiness());
    let answer = ask(settings, |on| on.ask("TEMPLATES", Truth::No, |engines| any_item(engines, off)));
    answer.report(found, settings, "TEMPLATES", "switches escaping off for a whole template engine", &[]);
}
