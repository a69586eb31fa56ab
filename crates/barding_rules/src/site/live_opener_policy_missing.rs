//! `live-opener-policy-missing`: other windows keep a hold on pages.

use super::{add, cut, front, header};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-opener-policy-missing"),
        title: "Other windows keep a hold on pages",
        severity: Severity::Info,
        tip: Tip::Middleware,
        cwe: &[1021],
        django_checks: &[],
        consequence: "A window that opened the site, or that it opened, can move it elsewhere.",
        advice: "`SECURE_CROSS_ORIGIN_OPENER_POLICY = 'same-origin'`, the default since 4.0.",
        since: "0.1.0",
        page: include_str!("live_opener_policy_missing.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let Some(page) = front(site, found) else { return };
    let values: Vec<&str> = page.header_values("cross-origin-opener-policy").collect();
    let good = ["same-origin", "same-origin-allow-popups", "noopener-allow-popups"];
    let (message, severity) = match values.as_slice() {
        [] => ("There is no `Cross-Origin-Opener-Policy`".to_owned(), Severity::Info),
        [one] if good.contains(&token(one)) => return,
        [one] if token(one) == "unsafe-none" => {
            ("`Cross-Origin-Opener-Policy` is switched off".to_owned(), Severity::Info)
        }
        [one] => (
            format!("`Cross-Origin-Opener-Policy: {}` means nothing to browsers", cut(one, 40)),
            Severity::Low,
        ),
        _ => (
            "`Cross-Origin-Opener-Policy` is sent twice, so browsers take no notice of it".to_owned(),
            Severity::Low,
        ),
    };
    add(found, page, Confidence::High, message, header(page, "Cross-Origin-Opener-Policy"))
        .severity(severity);
}

fn token(value: &str) -> &str {
    value.split(';').next().unwrap_or_default().trim()
}
