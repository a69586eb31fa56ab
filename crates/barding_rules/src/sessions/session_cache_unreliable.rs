//! `session-cache-unreliable`: sessions are kept in a cache that forgets.

use crate::ask::{On, ask, ask_at, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("session-cache-unreliable"),
        title: "Sessions are kept in a cache that forgets",
        severity: Severity::Low,
        tip: Tip::LiveSettings,
        cwe: &[613],
        django_checks: &[],
        consequence: "People are logged out at random, because every process has its own memory.",
        advice: "Use `cached_db`, or a cache that all processes share.",
        since: "0.1.0",
        page: include_str!("session_cache_unreliable.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let backend = |on: On<'_>| {
        let alias = on
            .look("SESSION_CACHE_ALIAS")
            .ok()
            .flatten()
            .and_then(Value::text)
            .unwrap_or("default")
            .to_owned();
        on.ask("CACHES", Truth::No, |caches| {
            ask_at(caches, &[&alias, "BACKEND"], Truth::No, &|path| {
                text_is(path, |path| {
                    matches!(
                        path,
                        "django.core.cache.backends.locmem.LocMemCache"
                            | "django.core.cache.backends.dummy.DummyCache"
                    )
                })
            })
        })
    };
    let answer = ask(settings, |on| {
        on.equals("SESSION_ENGINE", "django.contrib.sessions.backends.cache").and(backend(on))
    });
    answer.report(
        found,
        settings,
        "SESSION_ENGINE",
        "keeps sessions in a cache that each process has for itself",
        &[],
    );
}
