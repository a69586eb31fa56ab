//! `cache-in-served-folder`: A file cache lies in a folder that is served.

use crate::ask::{On, any_entry, any_item, ask, ask_at};
use crate::paths;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, Series, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("cache-in-served-folder"),
        title: "A file cache lies in a folder that is served",
        severity: Severity::High,
        tip: Tip::Uploads,
        cwe: &[502, 552],
        django_checks: &["caches.W002"],
        consequence: "Cache files are pickles: who can write one there runs code, and who can read them sees what is cached.",
        advice: "Give the cache a folder of its own outside `MEDIA_ROOT`, `STATIC_ROOT` and `STATICFILES_DIRS`.",
        since: "0.1.0",
        page: include_str!("cache_in_served_folder.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let served = |on: On<'_>, location: &Value| {
        let near =
            |folder: &Value| paths::lie(location, folder, |relation| relation != paths::Relation::Apart);
        let mut answer = Truth::No;
        for name in ["MEDIA_ROOT", "STATIC_ROOT"] {
            answer = answer.or(on.ask(name, Truth::No, |folder| match folder.truthiness() {
                Truth::No => Truth::No,
                _ => near(folder),
            }));
        }
        answer.or(on.ask("STATICFILES_DIRS", Truth::No, |folders| {
            any_item(folders, |folder| match folder.items() {
                Some([_, folder]) => near(folder),
                _ => near(folder),
            })
        }))
    };
    let of_files =
        |cache: &Value| ask_at(cache, &["BACKEND"], Truth::No, &|backend| backend.equals_text(FILE_BASED));
    let in_series = |on: On<'_>| {
        on.ask("CACHES", Truth::No, |caches| {
            any_entry(caches, |_, cache| {
                of_files(cache).and(ask_at(cache, &["LOCATION"], Truth::No, &|location| served(on, location)))
            })
        })
    };
    let answer = ask(settings, in_series);
    let checked = settings.django().at_least(Series::V3_2) == Truth::Yes;
    let checks: &[&str] = if checked { &["caches.W002"] } else { &[] };
    answer.report(
        found,
        settings,
        "CACHES",
        "keeps a file cache in, around or as a folder that is served",
        checks,
    );
}

const FILE_BASED: &str = "django.core.cache.backends.filebased.FileBasedCache";
