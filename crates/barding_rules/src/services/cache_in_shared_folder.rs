//! `cache-in-shared-folder`: A file cache lies in a folder that everybody may write to.

use crate::ask::{any_entry, ask, ask_at};
use crate::paths;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("cache-in-shared-folder"),
        title: "A file cache lies in a folder that everybody may write to",
        severity: Severity::Medium,
        tip: Tip::LiveSettings,
        cwe: &[377, 502],
        django_checks: &[],
        consequence: "Any account on the machine can plant a pickle there, which the site then runs.",
        advice: "Use a folder that belongs to the site's own account, such as `/var/cache/shop`.",
        since: "0.1.0",
        page: include_str!("cache_in_shared_folder.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let shared = |cache: &Value| {
        let of_files = ask_at(cache, &["BACKEND"], Truth::No, &|backend| {
            backend.equals_text("django.core.cache.backends.filebased.FileBasedCache")
        });
        of_files.and(ask_at(cache, &["LOCATION"], Truth::No, &|location| match paths::path_of(location) {
            Some(path) => Truth::from(["/tmp", "/var/tmp", "/dev/shm"].iter().any(|folder| {
                path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })),
            None => Truth::Maybe,
        }))
    };
    let answer =
        ask(settings, |on| on.ask("CACHES", Truth::No, |caches| any_entry(caches, |_, cache| shared(cache))));
    answer.report(
        found,
        settings,
        "CACHES",
        "keeps a file cache where every account of the machine may write",
        &[],
    );
}
