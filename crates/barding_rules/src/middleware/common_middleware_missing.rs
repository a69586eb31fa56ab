//! `common-middleware-missing`: commonMiddleware is missing.

use crate::ask::{any_item, ask, text_is};
use crate::names;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("common-middleware-missing"),
        title: "CommonMiddleware is missing",
        severity: Severity::Low,
        tip: Tip::HostHeader,
        cwe: &[644],
        django_checks: &[],
        consequence: "The Host header is checked only by views that ask for it.",
        advice: "Add `\"django.middleware.common.CommonMiddleware\"` to `MIDDLEWARE`.",
        since: "0.1.0",
        page: include_str!("common_middleware_missing.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let answer = ask(settings, |on| {
        let other = on.ask("MIDDLEWARE", Truth::No, |list| {
            any_item(list, |item| // Also a subclass of the project's: `CommonMiddlewareWithSlash`.
                text_is(item, |path| path.rsplit('.').next().is_some_and(|last| last.contains("CommonMiddleware"))))
        });
        on.is_truthy("MIDDLEWARE").and(!on.lists(names::COMMON)).and(!other)
    });
    answer.report(
        found,
        settings,
        "MIDDLEWARE",
        "does not list CommonMiddleware, which checks the host of every request",
        &[],
    );
}
