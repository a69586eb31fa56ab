//! `cache-path-relative`: A file cache has a relative path.

use crate::ask::{any_entry, ask, ask_at};
use crate::paths;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, Series, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("cache-path-relative"),
        title: "A file cache has a relative path",
        severity: Severity::Low,
        tip: Tip::LiveSettings,
        cwe: &[426],
        django_checks: &["caches.W003"],
        consequence: "Where the cache lies depends on the folder the server was started in.",
        advice: "Write an absolute path.",
        since: "0.1.0",
        page: include_str!("cache_path_relative.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let relative = |cache: &Value| {
        let of_files = ask_at(cache, &["BACKEND"], Truth::No, &|backend| {
            backend.equals_text("django.core.cache.backends.filebased.FileBasedCache")
        });
        of_files.and(ask_at(cache, &["LOCATION"], Truth::No, &|location| match paths::path_of(location) {
            Some(path) => Truth::from(!paths::is_absolute(&path)),
            None if location.text().is_some() => Truth::Yes,
            None => Truth::Maybe,
        }))
    };
    let answer = ask(settings, |on| match on.series {
        series if series < Series::V3_2 => Truth::No,
        _ => on.ask("CACHES", Truth::No, |caches| any_entry(caches, |_, cache| relative(cache))),
    });
    answer.report(found, settings, "CACHES", "gives a file cache a relative path", &["caches.W003"]);
}
