//! `live-csp-broad-source`: The content security policy lets scripts of everybody in.

use super::{add, csp, cut, header};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-csp-broad-source"),
        title: "The content security policy lets scripts of everybody in",
        severity: Severity::Medium,
        tip: Tip::Xss,
        cwe: &[693],
        django_checks: &[],
        consequence: "An injected `<script src>` may load from any host.",
        advice: "List the hosts, or better: a nonce with `'strict-dynamic'`.",
        since: "0.1.0",
        page: include_str!("live_csp_broad_source.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let Some((page, policies)) = csp::in_force(site, found) else { return };
    let broad: Vec<String> = policies.iter().map(csp::Policy::broad).min_by_key(Vec::len).unwrap_or_default();
    if !broad.is_empty() {
        let message = format!(
            "The content security policy admits {} as a source of scripts or plug-ins",
            broad.iter().map(|word| format!("`{}`", cut(word, 40))).collect::<Vec<_>>().join(", ")
        );
        add(found, page, Confidence::High, message, header(page, "Content-Security-Policy"));
    }
}
