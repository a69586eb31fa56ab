//! `site-id-invalid`: SITE_ID is not a number.

use crate::ask::ask;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, Series, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("site-id-invalid"),
        title: "SITE_ID is not a number",
        severity: Severity::Low,
        tip: Tip::LiveSettings,
        cwe: &[704],
        django_checks: &["sites.E101"],
        consequence: "`manage.py check` fails, and nothing finds the current site.",
        advice: "Write an integer, and cast what comes from the environment with `int()`.",
        since: "0.1.0",
        page: include_str!("site_id_invalid.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let invalid = |value: &Value| match value {
        Value::Int(_) | Value::None | Value::Bool(_) => Truth::No,
        Value::Text(_) | Value::Float(_) | Value::List(_) | Value::Tuple(_) | Value::Dict(_) => Truth::Yes,
        Value::Env(env) if env.cast == barding_project::value::Cast::Text => Truth::Yes,
        _ => Truth::Maybe,
    };
    let answer = ask(settings, |on| match on.series {
        series if series < Series::V3_2 => Truth::No,
        _ => on.installs("django.contrib.sites").and(on.ask("SITE_ID", Truth::No, invalid)),
    });
    answer.report(
        found,
        settings,
        "SITE_ID",
        "sets SITE_ID to something that is not an integer",
        &["sites.E101"],
    );
}
