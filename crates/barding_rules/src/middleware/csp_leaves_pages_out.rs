//! `csp-leaves-pages-out`: some pages have no Content-Security-Policy.

use crate::ask::{ask, ask_at};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("csp-leaves-pages-out"),
        title: "Some pages have no Content-Security-Policy",
        severity: Severity::Low,
        tip: Tip::Xss,
        cwe: &[693],
        django_checks: &[],
        consequence: "One hole on such a page acts on the whole site: they share an origin.",
        advice: "Give those pages a policy of their own instead of none.",
        since: "0.1.0",
        page: include_str!("csp_leaves_pages_out.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let prefixes = |policy: &Value| ask_at(policy, &["EXCLUDE_URL_PREFIXES"], Truth::No, &Value::truthiness);
    let answer = ask(settings, |on| on.ask("CONTENT_SECURITY_POLICY", Truth::No, prefixes));
    answer.report(found, settings, "CONTENT_SECURITY_POLICY", "leaves pages out of its policy", &[]);
    let old = ask(settings, |on| on.is_truthy("CSP_EXCLUDE_URL_PREFIXES"));
    old.report(found, settings, "CSP_EXCLUDE_URL_PREFIXES", "leaves pages out of its policy", &[]);
}
