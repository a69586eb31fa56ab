//! `live-referrer-leaks`: full addresses are told to other sites.

use super::{add, front, header};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-referrer-leaks"),
        title: "Full addresses are told to other sites",
        severity: Severity::Low,
        tip: Tip::Middleware,
        cwe: &[200],
        django_checks: &[],
        consequence: "Addresses with tokens or search words in them reach the sites that pages link to.",
        advice: "`SECURE_REFERRER_POLICY = 'same-origin'`, the default since 3.1.",
        since: "0.1.0",
        page: include_str!("live_referrer_leaks.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let Some(page) = front(site, found) else { return };
    let known = [
        "no-referrer",
        "same-origin",
        "strict-origin",
        "strict-origin-when-cross-origin",
        "unsafe-url",
        "origin",
        "origin-when-cross-origin",
        "no-referrer-when-downgrade",
    ];
    let list = page.header_list("referrer-policy").to_ascii_lowercase();
    if list.trim().is_empty() {
        let message = "There is no `Referrer-Policy`, so the browser's own counts";
        add(found, page, Confidence::High, message, header(page, "Referrer-Policy")).severity(Severity::Info);
        return;
    }
    let last = list.split(',').map(str::trim).rfind(|value| known.contains(value));
    let message = match last {
        None => "`Referrer-Policy` has no value that browsers know".to_owned(),
        Some(value) if known[4..].contains(&value) => {
            format!("`Referrer-Policy: {value}` tells other sites where visitors come from")
        }
        Some(_) => return,
    };
    add(found, page, Confidence::High, message, header(page, "Referrer-Policy"));
}
