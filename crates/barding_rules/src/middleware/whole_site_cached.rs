//! `whole-site-cached`: whole pages are cached for everybody.

use crate::ask::ask;
use crate::names;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("whole-site-cached"),
        title: "Whole pages are cached for everybody",
        severity: Severity::Low,
        tip: Tip::LiveSettings,
        cwe: &[524],
        django_checks: &[],
        consequence: "A page made for one visitor is handed to another, where a view forgets to say what it depends on.",
        advice: "Cache single views with `cache_page`, and mark personal ones with `cache_control(private=True)`.",
        since: "0.1.0",
        page: include_str!("whole_site_cached.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let answer = ask(settings, |on| {
        on.lists("django.middleware.cache.UpdateCacheMiddleware").and(on.lists(names::SESSION))
    });
    if let Some(finding) =
        answer.report(found, settings, "MIDDLEWARE", "caches whole pages of a site with sessions", &[])
    {
        finding.confidence = Confidence::Low;
    }
}
