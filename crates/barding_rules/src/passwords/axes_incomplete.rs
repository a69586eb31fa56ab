//! `axes-incomplete`: django-axes is installed but does not work.

use crate::ask::{any_item, ask, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("axes-incomplete"),
        title: "django-axes is installed but does not work",
        severity: Severity::Medium,
        tip: Tip::LiveSettings,
        cwe: &[307],
        django_checks: &[],
        consequence: "Nobody is locked out, however many passwords are tried.",
        advice: "List `axes.backends.AxesStandaloneBackend` first in `AUTHENTICATION_BACKENDS` and `axes.middleware.AxesMiddleware` last in `MIDDLEWARE`.",
        since: "0.1.0",
        page: include_str!("axes_incomplete.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let backend =
        |value: &Value| any_item(value, |item| text_is(item, |path| path.starts_with("axes.backends.")));
    let own = |value: &Value| {
        any_item(value, |item| text_is(item, |path| path.to_ascii_lowercase().contains("axes")))
    };
    let answer = ask(settings, |on| {
        on.installs("axes").and(!on.ask("AUTHENTICATION_BACKENDS", Truth::No, backend)).and(!on.ask(
            "AUTHENTICATION_BACKENDS",
            Truth::No,
            own,
        ))
    });
    if answer
        .report(
            found,
            settings,
            "AUTHENTICATION_BACKENDS",
            "installs axes without its authentication backend",
            &[],
        )
        .is_some()
    {
        return;
    }
    let answer = ask(settings, |on| on.installs("axes").and(!on.lists("axes.middleware.AxesMiddleware")));
    if let Some(finding) =
        answer.report(found, settings, "MIDDLEWARE", "installs axes without its middleware", &[])
    {
        finding.severity(Severity::Low);
    }
}
