//! `live-robots-reveals`: robots.txt names what should not be found.

use super::{add, cut};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-robots-reveals"),
        title: "robots.txt names what should not be found",
        severity: Severity::Info,
        tip: Tip::AdminUrl,
        cwe: &[200],
        django_checks: &[],
        consequence: "Robots that mean harm read it first.",
        advice: "Leave such paths out; `X-Robots-Tag: noindex` keeps pages out of search engines without naming them.",
        since: "0.1.0",
        page: include_str!("live_robots_reveals.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let Some(exchange) =
        site.at("/robots.txt").filter(|exchange| exchange.is_success() && !exchange.looks_like_html())
    else {
        return found.nothing_to_judge("there is no robots.txt");
    };
    let marks = ["admin", "backup", "internal", "private", "secret", "staging", "debug", "dump"];
    let named: Vec<String> = exchange
        .body
        .lines()
        .filter_map(|line| line.split_once(':'))
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case("disallow"))
        .map(|(_, path)| path.trim().to_owned())
        .filter(|path| marks.iter().any(|mark| path.to_ascii_lowercase().contains(mark)))
        .map(|path| format!("`{}`", cut(&path, 60)))
        .take(5)
        .collect();
    if !named.is_empty() {
        add(found, exchange, Confidence::High, format!("robots.txt names {}", named.join(", ")), "");
    }
}
