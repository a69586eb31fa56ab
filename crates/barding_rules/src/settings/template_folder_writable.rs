//! `template-folder-writable`: templates are read from a folder of uploads.

use crate::ask::{any_item, ask, ask_at};
use crate::paths;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("template-folder-writable"),
        title: "Templates are read from a folder of uploads",
        severity: Severity::Critical,
        tip: Tip::Uploads,
        cwe: &[94, 1336],
        django_checks: &[],
        consequence: "An uploaded file is run as a template.",
        advice: "Take the folder out of `DIRS`.",
        since: "0.1.0",
        page: include_str!("template_folder_writable.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let answer = ask(settings, |on| {
        on.ask("TEMPLATES", Truth::No, |engines| {
            any_item(engines, |engine| {
                ask_at(engine, &["DIRS"], Truth::No, &|folders| {
                    any_item(folders, |folder| {
                        on.ask("MEDIA_ROOT", Truth::No, |media| {
                            paths::lie(folder, media, |relation| {
                                matches!(relation, paths::Relation::Same | paths::Relation::Inside)
                            })
                        })
                    })
                })
            })
        })
    });
    answer.report(found, settings, "TEMPLATES", "reads templates from the folder of uploads", &[]);
}
