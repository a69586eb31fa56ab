//! `frame-options-middleware-missing`: XFrameOptionsMiddleware is missing.

use crate::ask::{any_item, ask, text_is};
use crate::names;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, Evidence, Role, RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("frame-options-middleware-missing"),
        title: "XFrameOptionsMiddleware is missing",
        severity: Severity::Medium,
        tip: Tip::Clickjacking,
        cwe: &[1021],
        django_checks: &["security.W002"],
        consequence: "Any page on the net can show this site in a frame and steer clicks into it.",
        advice: "Add `\"django.middleware.clickjacking.XFrameOptionsMiddleware\"` to `MIDDLEWARE`.",
        since: "0.1.0",
        page: include_str!("frame_options_middleware_missing.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let answer = ask(settings, |on| !on.lists(names::FRAME_OPTIONS));
    let subclassed = ask(settings, |on| {
        on.ask("MIDDLEWARE", Truth::No, |list| {
            any_item(list, |item| {
                text_is(item, |path| {
                    path.rsplit('.').next().is_some_and(|class| class.contains("XFrameOptions"))
                })
            })
        })
    });
    if let Some(finding) = answer.report(
        found,
        settings,
        "MIDDLEWARE",
        "does not list XFrameOptionsMiddleware in MIDDLEWARE",
        &["security.W002"],
    ) && subclassed.holds()
    {
        finding.confidence = Confidence::Low;
        finding.because([Evidence::note(
            Role::NotKnown,
            "MIDDLEWARE lists a class of a similar name, which may do the same",
        )]);
    }
}
