//! `middleware-setting-ignored`: MIDDLEWARE_CLASSES is ignored.

use crate::ask::ask;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, Series, SettingsModule, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("middleware-setting-ignored"),
        title: "MIDDLEWARE_CLASSES is ignored",
        severity: Severity::High,
        tip: Tip::Middleware,
        cwe: &[693],
        django_checks: &[],
        consequence: "Since Django 2.0 nothing reads this setting: the site runs without the middleware it names.",
        advice: "Rename the setting to `MIDDLEWARE`, and give classes of your own the new form.",
        since: "0.1.0",
        page: include_str!("middleware_setting_ignored.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let answer = ask(settings, |on| match on.series {
        Series::V1_11 => Truth::No,
        _ => on.is_set("MIDDLEWARE_CLASSES").and(!on.is_truthy("MIDDLEWARE")),
    });
    answer.report(
        found,
        settings,
        "MIDDLEWARE_CLASSES",
        "lists its middleware in MIDDLEWARE_CLASSES, which this Django does not read",
        &[],
    );
}
