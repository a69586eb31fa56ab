//! `csp-not-enforced`: the Content-Security-Policy is only reported.

use crate::ask::ask;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("csp-not-enforced"),
        title: "The Content-Security-Policy is only reported",
        severity: Severity::Info,
        tip: Tip::Xss,
        cwe: &[693],
        django_checks: &[],
        consequence: "Browsers tell about injected scripts and run them.",
        advice: "Move the policy to `SECURE_CSP` or `CONTENT_SECURITY_POLICY` once the reports are quiet.",
        since: "0.1.0",
        page: include_str!("csp_not_enforced.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    for (reported, enforced) in [
        ("SECURE_CSP_REPORT_ONLY", "SECURE_CSP"),
        ("CONTENT_SECURITY_POLICY_REPORT_ONLY", "CONTENT_SECURITY_POLICY"),
    ] {
        let answer = ask(settings, |on| on.is_truthy(reported).and(!on.is_truthy(enforced)));
        answer.report(
            found,
            settings,
            reported,
            format!("reports on its policy without enforcing it: {enforced} is empty"),
            &[],
        );
    }
    let old = ask(settings, |on| on.is_truthy("CSP_REPORT_ONLY"));
    old.report(found, settings, "CSP_REPORT_ONLY", "reports on its policy without enforcing it", &[]);
}
