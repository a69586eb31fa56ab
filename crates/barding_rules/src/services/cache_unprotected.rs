//! `cache-unprotected`: A cache on another machine has no password or no TLS.

use crate::ask::{any_entry, any_item, ask, ask_at, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("cache-unprotected"),
        title: "A cache on another machine has no password or no TLS",
        severity: Severity::Medium,
        tip: Tip::LiveSettings,
        cwe: &[306, 319, 502],
        django_checks: &[],
        consequence: "Who can reach the cache reads sessions, and writes pickles that the site runs.",
        advice: "Use `rediss://` with a password, or a cache that only this machine can reach.",
        since: "0.1.0",
        page: include_str!("cache_unprotected.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let unprotected = |location: &str| {
        let Some((scheme, rest)) = location.split_once("://") else { return false };
        let (login, host) = rest.rsplit_once('@').unwrap_or(("", rest));
        let host = host.split([':', '/', '?']).next().unwrap_or_default();
        let remote = host.contains('.')
            && !host.starts_with("127.")
            && !host.ends_with(".local")
            && !host.ends_with(".internal");
        let clear = scheme == "redis" && remote;
        let open = matches!(scheme, "redis" | "rediss") && remote && !login.contains(':');
        clear || open
    };
    let bad = |cache: &Value| {
        ask_at(cache, &["LOCATION"], Truth::No, &|location| match location.items() {
            Some(_) => any_item(location, |item| text_is(item, unprotected)),
            None => text_is(location, unprotected),
        })
    };
    let answer =
        ask(settings, |on| on.ask("CACHES", Truth::No, |caches| any_entry(caches, |_, cache| bad(cache))));
    if let Some(finding) = answer.report(
        found,
        settings,
        "CACHES",
        "keeps a cache on another machine without password or TLS",
        &[],
    ) {
        finding.confidence = finding.confidence.min(Confidence::Medium);
    }
}
