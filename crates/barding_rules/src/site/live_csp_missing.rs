//! `live-csp-missing`: no content security policy is enforced.

use super::{add, csp, header};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-csp-missing"),
        title: "No content security policy is enforced",
        severity: Severity::Medium,
        tip: Tip::Xss,
        cwe: &[693, 1021],
        django_checks: &[],
        consequence: "Markup that gets into a page by mistake runs as script; nothing stands in its way.",
        advice: "Django 6.0 and newer: `django.middleware.csp.ContentSecurityPolicyMiddleware` in MIDDLEWARE and `SECURE_CSP = {'default-src': [CSP.SELF], 'script-src': [CSP.SELF, CSP.NONCE]}`; older: the package django-csp.",
        since: "0.1.0",
        page: include_str!("live_csp_missing.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let Some(page) = csp::page(site, found) else { return };
    let policies = csp::enforced(page);
    if !policies.is_empty() {
        return;
    }
    match page.header("content-security-policy-report-only") {
        Some(_) => add(
            found,
            page,
            Confidence::High,
            "The content security policy only reports",
            header(page, "Content-Security-Policy-Report-Only"),
        )
        .severity(Severity::Low),
        None => add(
            found,
            page,
            Confidence::High,
            "There is no content security policy",
            header(page, "Content-Security-Policy"),
        ),
    };
}
