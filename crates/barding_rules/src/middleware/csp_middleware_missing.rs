//! `csp-middleware-missing`: A Content-Security-Policy is written but never sent.

use crate::ask::{On, any_item, ask, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, Series, SettingsModule, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("csp-middleware-missing"),
        title: "A Content-Security-Policy is written but never sent",
        severity: Severity::Medium,
        tip: Tip::Xss,
        cwe: &[693],
        django_checks: &[],
        consequence: "Browsers never hear of the policy; injected scripts run.",
        advice: "Add the middleware: `django.middleware.csp.ContentSecurityPolicyMiddleware` for `SECURE_CSP`, `csp.middleware.CSPMiddleware` for django-csp.",
        since: "0.1.0",
        page: include_str!("csp_middleware_missing.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let own = |on: On<'_>, class: &'static str| {
        on.ask("MIDDLEWARE", Truth::No, move |list| {
            any_item(list, |item| {
                text_is(item, |path| path.rsplit('.').next().is_some_and(|last| last.contains(class)))
            })
        })
    };
    for name in ["SECURE_CSP", "SECURE_CSP_REPORT_ONLY"] {
        let answer = ask(settings, |on| match on.series {
            series if series < Series::V6_0 => Truth::No,
            _ => on.is_truthy(name).and(!own(on, "ContentSecurityPolicy")),
        });
        answer.report(
            found,
            settings,
            name,
            format!("writes a policy in {name} that no middleware sends"),
            &[],
        );
    }
    for name in [
        "CONTENT_SECURITY_POLICY",
        "CONTENT_SECURITY_POLICY_REPORT_ONLY",
        "CSP_DEFAULT_SRC",
        "CSP_SCRIPT_SRC",
    ] {
        let answer = ask(settings, |on| on.is_truthy(name).and(!own(on, "CSP")));
        if answer
            .report(found, settings, name, format!("writes a policy in {name} that no middleware sends"), &[])
            .is_some()
        {
            return;
        }
    }
    let older = ask(settings, |on| match on.series {
        series if series >= Series::V6_0 => Truth::No,
        _ => on.is_truthy("SECURE_CSP"),
    });
    older.report(
        found,
        settings,
        "SECURE_CSP",
        "writes a policy in SECURE_CSP, which this Django does not read",
        &[],
    );
}
