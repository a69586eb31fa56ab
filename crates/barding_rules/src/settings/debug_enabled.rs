//! `debug-enabled`: DEBUG is on in a production settings module.

use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::{Effective, Project, SettingsModule, Truth};

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
    let Effective::Set(debug) = settings.get("DEBUG") else { return };
    let name = &settings.name;
    match debug.value.truthiness() {
        Truth::No => {}
        Truth::Yes => {
            found
                .at(settings.place("DEBUG"), Confidence::High, format!("`{name}` turns DEBUG on"))
                .concerning(name);
        }
        Truth::Maybe => {
            let Some(unset) = debug.value.when_unset() else { return };
            if unset.truthiness() == Truth::Yes {
                found
                    .at(
                        settings.place("DEBUG"),
                        Confidence::Medium,
                        format!("`{name}` turns DEBUG on when the environment does not say otherwise"),
                    )
                    .concerning(name)
                    .severity(Severity::High);
            }
        }
    }
}
