//! `editor-accepts-any-file`: the rich text editor takes any file.

use crate::ask::ask;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("editor-accepts-any-file"),
        title: "The rich text editor takes any file",
        severity: Severity::High,
        tip: Tip::Uploads,
        cwe: &[434],
        django_checks: &[],
        consequence: "Staff, or whoever reaches the uploader, puts HTML and programs among the uploads.",
        advice: "Set `CKEDITOR_ALLOW_NONIMAGE_FILES = False`.",
        since: "0.1.0",
        page: include_str!("editor_accepts_any_file.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let answer = ask(settings, |on| {
        on.installs("ckeditor_uploader").and(on.ask(
            "CKEDITOR_ALLOW_NONIMAGE_FILES",
            Truth::Yes,
            Value::truthiness,
        ))
    });
    if let Some(finding) = answer.report(
        found,
        settings,
        "CKEDITOR_ALLOW_NONIMAGE_FILES",
        "lets the editor's uploader take files of any kind",
        &[],
    ) {
        // The uploader's views ask for staff unless the URLconf wraps them otherwise.
        finding.severity(Severity::Medium);
    }
}
