//! `removed-middleware`: A middleware is listed that this Django does not have.

use crate::ask::{On, any_item, ask, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, Series, SettingsModule, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("removed-middleware"),
        title: "A middleware is listed that this Django does not have",
        severity: Severity::Low,
        tip: Tip::Middleware,
        cwe: &[1188],
        django_checks: &[],
        consequence: "The site does not start.",
        advice: "Take it out of the list.",
        since: "0.1.0",
        page: include_str!("removed_middleware.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let gone = |on: On<'_>, path: &str| match path {
        "django.contrib.auth.middleware.SessionAuthenticationMiddleware" => on.series >= Series::V2_0,
        "django.contrib.auth.middleware.LoginRequiredMiddleware" => on.series < Series::V5_1,
        "django.middleware.csp.ContentSecurityPolicyMiddleware" => on.series < Series::V6_0,
        "django.middleware.csrf.CsrfResponseMiddleware"
        | "django.middleware.doc.XViewMiddleware"
        | "django.middleware.transaction.TransactionMiddleware" => true,
        _ => false,
    };
    let answer = ask(settings, |on| {
        on.ask("MIDDLEWARE", Truth::No, |list| any_item(list, |item| text_is(item, |path| gone(on, path))))
    });
    answer.report(found, settings, "MIDDLEWARE", "lists a middleware that this Django does not have", &[]);
}
