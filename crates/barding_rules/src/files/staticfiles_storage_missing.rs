//! `staticfiles-storage-missing`: STORAGES has no entry for static files.

use crate::ask::ask;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, Series, SettingsModule, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("staticfiles-storage-missing"),
        title: "STORAGES has no entry for static files",
        severity: Severity::Low,
        tip: Tip::LiveSettings,
        cwe: &[1188],
        django_checks: &["staticfiles.E005"],
        consequence: "`collectstatic` and the `static` tag fail.",
        advice: "Add a `staticfiles` entry to `STORAGES`; a project's own value replaces the default as a whole.",
        since: "0.1.0",
        page: include_str!("staticfiles_storage_missing.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let answer = ask(settings, |on| match on.series {
        series if series < Series::V5_0 => Truth::No,
        _ => on.installs("django.contrib.staticfiles").and(!on.contains("STORAGES", "staticfiles")),
    });
    answer.report(
        found,
        settings,
        "STORAGES",
        "has no `staticfiles` entry in STORAGES",
        &["staticfiles.E005"],
    );
}
