//! `live-csp-incomplete`: The content security policy leaves gaps.

use super::{add, csp, header};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-csp-incomplete"),
        title: "The content security policy leaves gaps",
        severity: Severity::Low,
        tip: Tip::Xss,
        cwe: &[693, 1021],
        django_checks: &[],
        consequence: "Injected markup can load plug-ins, move the base of all relative links, send forms elsewhere, or frame the page.",
        advice: "Add `object-src 'none'`, `base-uri 'none'`, `form-action 'self'` and `frame-ancestors 'none'`: none but the first falls back to `default-src`.",
        since: "0.1.0",
        page: include_str!("live_csp_incomplete.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let Some((page, policies)) = csp::in_force(site, found) else { return };
    let set = |name: &str| policies.iter().any(|policy| policy.sources(name).is_some());
    let mut missing = Vec::new();
    if !policies.iter().any(|policy| policy.objects().is_some()) {
        missing.push("`object-src`");
    }
    missing.extend(["base-uri", "form-action", "frame-ancestors"].iter().filter(|name| !set(name)).map(
        |name| match *name {
            "base-uri" => "`base-uri`",
            "form-action" => "`form-action`",
            _ => "`frame-ancestors`",
        },
    ));
    if !missing.is_empty() {
        add(
            found,
            page,
            Confidence::High,
            format!("The content security policy does not set {}", missing.join(", ")),
            header(page, "Content-Security-Policy"),
        );
    }
}
