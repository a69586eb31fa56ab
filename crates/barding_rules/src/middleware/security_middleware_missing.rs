//! `security-middleware-missing`: securityMiddleware is missing.

use crate::ask::{any_item, ask, text_is};
use crate::names;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, Evidence, Role, RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("security-middleware-missing"),
        title: "SecurityMiddleware is missing",
        severity: Severity::Medium,
        tip: Tip::Middleware,
        cwe: &[693],
        django_checks: &["security.W001"],
        consequence: "None of the SECURE_ settings has any effect: no redirect to HTTPS, no HSTS, no nosniff, no referrer policy.",
        advice: "Put `\"django.middleware.security.SecurityMiddleware\"` first in `MIDDLEWARE`.",
        since: "0.1.0",
        page: include_str!("security_middleware_missing.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let answer = ask(settings, |on| !on.lists(names::SECURITY));
    let subclassed = ask(settings, |on| {
        on.ask("MIDDLEWARE", Truth::No, |list| {
            any_item(list, |item| {
                text_is(item, |path| path.rsplit('.').next().is_some_and(|class| class.contains("Security")))
            })
        })
    });
    if let Some(finding) = answer.report(
        found,
        settings,
        "MIDDLEWARE",
        "does not list SecurityMiddleware in MIDDLEWARE",
        &["security.W001"],
    ) && subclassed.holds()
    {
        finding.confidence = Confidence::Low;
        finding.because([Evidence::note(
            Role::NotKnown,
            "MIDDLEWARE lists a class of a similar name, which may do the same",
        )]);
    }
}
