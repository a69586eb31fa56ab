//! `csrf-middleware-missing`: csrfViewMiddleware is missing.

use crate::ask::{any_item, ask, text_is};
use crate::names;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, Evidence, Role, RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("csrf-middleware-missing"),
        title: "CsrfViewMiddleware is missing",
        severity: Severity::High,
        tip: Tip::Csrf,
        cwe: &[352],
        django_checks: &["security.W003"],
        consequence: "Another site can make a visitor's browser send forms to this one in the visitor's name.",
        advice: "Add `\"django.middleware.csrf.CsrfViewMiddleware\"` to `MIDDLEWARE`, before anything that trusts the request.",
        since: "0.1.0",
        page: include_str!("csrf_middleware_missing.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let answer = ask(settings, |on| !on.lists(names::CSRF));
    let subclassed = ask(settings, |on| {
        on.ask("MIDDLEWARE", Truth::No, |list| {
            any_item(list, |item| {
                text_is(item, |path| path.rsplit('.').next().is_some_and(|class| class.contains("CsrfView")))
            })
        })
    });
    if let Some(finding) = answer.report(
        found,
        settings,
        "MIDDLEWARE",
        "does not list CsrfViewMiddleware in MIDDLEWARE",
        &["security.W003"],
    ) && subclassed.holds()
    {
        finding.confidence = Confidence::Low;
        finding.because([Evidence::note(
            Role::NotKnown,
            "MIDDLEWARE lists a class of a similar name, which may do the same",
        )]);
    }
}
