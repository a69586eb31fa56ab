//! `error-filter-replaced`: django's filter of error reports is replaced.

use crate::ask::{ask, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("error-filter-replaced"),
        title: "Django's filter of error reports is replaced",
        severity: Severity::Low,
        tip: Tip::LogPrivacy,
        cwe: &[209, 532],
        django_checks: &[],
        consequence: "Passwords and keys may stand in error reports.",
        advice: "Inherit from `django.views.debug.SafeExceptionReporterFilter` and only add to it.",
        since: "0.1.0",
        page: include_str!("error_filter_replaced.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let own = |value: &Value| text_is(value, |path| path != "django.views.debug.SafeExceptionReporterFilter");
    let answer = ask(settings, |on| on.ask("DEFAULT_EXCEPTION_REPORTER_FILTER", Truth::No, own));
    if let Some(finding) = answer.report(
        found,
        settings,
        "DEFAULT_EXCEPTION_REPORTER_FILTER",
        "filters error reports with a class of its own",
        &[],
    ) {
        finding.confidence = Confidence::Low;
    }
}
