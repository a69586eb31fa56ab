//! `upload-temp-exposed`: half-finished uploads lie in a folder that is served.

use crate::ask::ask;
use crate::paths;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("upload-temp-exposed"),
        title: "Half-finished uploads lie in a folder that is served",
        severity: Severity::Medium,
        tip: Tip::Uploads,
        cwe: &[377, 552],
        django_checks: &[],
        consequence: "Files can be fetched before anything has looked at them.",
        advice: "Remove `FILE_UPLOAD_TEMP_DIR`, or name a private folder.",
        since: "0.1.0",
        page: include_str!("upload_temp_exposed.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let answer = ask(settings, |on| {
        on.ask("FILE_UPLOAD_TEMP_DIR", Truth::No, |folder| {
            ["MEDIA_ROOT", "STATIC_ROOT"]
                .into_iter()
                .map(|root| {
                    on.ask(root, Truth::No, |root| {
                        paths::lie(folder, root, |relation| {
                            matches!(relation, paths::Relation::Same | paths::Relation::Inside)
                        })
                    })
                })
                .fold(Truth::No, Truth::or)
        })
    });
    answer.report(
        found,
        settings,
        "FILE_UPLOAD_TEMP_DIR",
        "keeps half-finished uploads in a folder that is served",
        &[],
    );
}
