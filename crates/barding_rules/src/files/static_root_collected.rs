//! `static-root-collected`: STATIC_ROOT is one of the folders it is collected from.

use crate::ask::{any_item, ask};
use crate::paths;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, Series, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("static-root-collected"),
        title: "STATIC_ROOT is one of the folders it is collected from",
        severity: Severity::Low,
        tip: Tip::LiveSettings,
        cwe: &[552],
        django_checks: &["staticfiles.E002"],
        consequence: "`collectstatic` copies the folder onto itself, and `manage.py check` fails.",
        advice: "Give `STATIC_ROOT` a folder of its own.",
        since: "0.1.0",
        page: include_str!("static_root_collected.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let answer = ask(settings, |on| match on.series {
        Series::V1_11 => Truth::No,
        _ => on.installs("django.contrib.staticfiles").and(on.ask("STATIC_ROOT", Truth::No, |root| {
            match root.truthiness() {
                Truth::No => Truth::No,
                _ => on.ask("STATICFILES_DIRS", Truth::No, |folders| {
                    let same = |folder: &Value| {
                        paths::lie(folder, root, |relation| relation == paths::Relation::Same)
                    };
                    any_item(folders, |folder| match folder.items() {
                        Some([_, folder]) => same(folder),
                        _ => same(folder),
                    })
                }),
            }
        })),
    });
    answer.report(
        found,
        settings,
        "STATICFILES_DIRS",
        "lists STATIC_ROOT in STATICFILES_DIRS",
        &["staticfiles.E002"],
    );
}
