//! `debug-enabled`: DEBUG is on in production.

use crate::ask::{ask, set};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("debug-enabled"),
        title: "DEBUG is on in production",
        severity: Severity::Critical,
        tip: Tip::LiveSettings,
        cwe: &[489, 209, 215],
        django_checks: &["security.W018"],
        consequence: "Error pages show source, settings, SQL and local variables to every visitor, and every query is kept in memory.",
        advice: "Set `DEBUG = False` in production, or read it from the environment with a boolean cast and a false default.",
        since: "0.1.0",
        page: include_str!("debug_enabled.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let answer = ask(settings, |on| on.is_truthy("DEBUG"));
    if let Some(finding) = answer.report(found, settings, "DEBUG", "turns DEBUG on", &["security.W018"])
        && let Some(Value::Text(_)) = set(settings, "DEBUG").map(|set| &set.value)
    {
        finding.advice(
            "A text that is not empty is true in Python, \"False\" too: compare it, or cast it to a boolean.",
        );
    }
}
