//! `live-legacy-header`: a header of the past is sent.

use super::{add, front, header};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-legacy-header"),
        title: "A header of the past is sent",
        severity: Severity::Info,
        tip: Tip::Middleware,
        cwe: &[],
        django_checks: &[],
        consequence: "At best it does nothing; `X-XSS-Protection: 1` opened holes in the browsers that knew it.",
        advice: "Take it away; Django dropped `SECURE_BROWSER_XSS_FILTER` in 4.0.",
        since: "0.1.0",
        page: include_str!("live_legacy_header.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let Some(page) = front(site, found) else { return };
    let filter = page.header("x-xss-protection").is_some_and(|value| value.starts_with('1'));
    let others = ["Public-Key-Pins", "Expect-CT", "X-Webkit-CSP", "X-Content-Security-Policy", "P3P"];
    let names: Vec<&str> = others
        .into_iter()
        .filter(|name| page.header(name).is_some())
        .chain(filter.then_some("X-XSS-Protection"))
        .collect();
    if let Some(first) = names.first() {
        add(
            found,
            page,
            Confidence::High,
            format!("{} is a header of the past", names.join(", ")),
            header(page, first),
        );
    }
}
