//! `media-in-source`: uploads land among the source.

use crate::ask::{On, any_item, ask, ask_at};
use crate::paths;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("media-in-source"),
        title: "Uploads land among the source",
        severity: Severity::Medium,
        tip: Tip::Uploads,
        cwe: &[434, 552],
        django_checks: &[],
        consequence: "An uploaded file may become code or a template, and the next deployment may wipe it.",
        advice: "Give `MEDIA_ROOT` a folder outside the code, such as `/var/lib/shop/media`.",
        since: "0.1.0",
        page: include_str!("media_in_source.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let here = settings.name.split(['.', ':']).next().unwrap_or_default().to_owned();
    let package = format!("<root>/{here}");
    let around = |on: On<'_>| {
        on.ask("MEDIA_ROOT", Truth::No, |media| match paths::path_of(media) {
            Some(path) => {
                let source = path == "<root>" || path == package;
                let base = on.look("BASE_DIR").ok().flatten().and_then(paths::path_of);
                Truth::from(source || base.is_some_and(|base| base == path))
            }
            None => Truth::from(media.truthiness() != Truth::No).and(Truth::Maybe),
        })
    };
    let answer = ask(settings, around);
    answer.report(found, settings, "MEDIA_ROOT", "writes uploads into the folder of the source", &[]);
    let templates = ask(settings, |on| {
        on.ask("MEDIA_ROOT", Truth::No, |media| {
            on.ask("TEMPLATES", Truth::No, |engines| {
                any_item(engines, |engine| {
                    ask_at(engine, &["DIRS"], Truth::No, &|folders| {
                        any_item(folders, |folder| {
                            paths::lie(media, folder, |relation| relation == paths::Relation::Inside)
                        })
                    })
                })
            })
        })
    });
    if let Some(finding) =
        templates.report(found, settings, "MEDIA_ROOT", "writes uploads below a folder of templates", &[])
    {
        finding.severity(Severity::High);
    }
}
