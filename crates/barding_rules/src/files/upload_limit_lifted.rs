//! `upload-limit-lifted`: A limit on the size of requests is lifted.

use crate::ask::{ask, number_is};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("upload-limit-lifted"),
        title: "A limit on the size of requests is lifted",
        severity: Severity::Medium,
        tip: Tip::Uploads,
        cwe: &[400, 770],
        django_checks: &[],
        consequence: "A few large requests use up the server's memory.",
        advice: "Leave the limits at their defaults, and raise them only as far as a form needs.",
        since: "0.1.0",
        page: include_str!("upload_limit_lifted.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    for (name, most, severity) in [
        ("DATA_UPLOAD_MAX_MEMORY_SIZE", 52_428_800, Severity::Low),
        ("DATA_UPLOAD_MAX_NUMBER_FIELDS", 10_240, Severity::Low),
        ("DATA_UPLOAD_MAX_NUMBER_FILES", 1_000, Severity::Low),
        ("FILE_UPLOAD_MAX_MEMORY_SIZE", 52_428_800, Severity::Low),
    ] {
        let none = ask(settings, |on| on.is_none(name));
        if name != "FILE_UPLOAD_MAX_MEMORY_SIZE"
            && none.report(found, settings, name, format!("lifts the limit {name}"), &[]).is_some()
        {
            continue;
        }
        let high =
            ask(settings, |on| on.ask(name, Truth::No, |value| number_is(value, |number| number > most)));
        if let Some(finding) =
            high.report(found, settings, name, format!("sets a very high limit in {name}"), &[])
        {
            finding.severity(severity);
        }
    }
}
