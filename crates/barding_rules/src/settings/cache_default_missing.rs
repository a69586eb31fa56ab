//! `cache-default-missing`: CACHES has no default entry.

use crate::ask::ask;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("cache-default-missing"),
        title: "CACHES has no default entry",
        severity: Severity::Low,
        tip: Tip::LiveSettings,
        cwe: &[1188],
        django_checks: &["caches.E001"],
        consequence: "`manage.py check` fails, and whatever uses the default cache raises an error.",
        advice: "Add a `default` entry to `CACHES`.",
        since: "0.1.0",
        page: include_str!("cache_default_missing.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let answer = ask(settings, |on| !on.contains("CACHES", "default"));
    answer.report(found, settings, "CACHES", "has no `default` entry in CACHES", &["caches.E001"]);
}
