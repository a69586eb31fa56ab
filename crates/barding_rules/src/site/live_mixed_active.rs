//! `live-mixed-active`: a page loads scripts, styles or frames over plain HTTP.

use super::{add, cut, pages};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;
use barding_live::site::html::elements;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-mixed-active"),
        title: "A page loads scripts, styles or frames over plain HTTP",
        severity: Severity::High,
        tip: Tip::Https,
        cwe: &[319, 829],
        django_checks: &[],
        consequence: "Browsers refuse them, and the page is broken; old ones load what an attacker sends.",
        advice: "Addresses with `https://`, or relative ones; `upgrade-insecure-requests` while moving.",
        since: "0.1.0",
        page: include_str!("live_mixed_active.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    for page in pages(site, found).into_iter().filter(|page| page.is_secure()) {
        let mut hits: Vec<String> = Vec::new();
        for element in elements(&page.body) {
            let attribute = match element.name.as_str() {
                "script" | "iframe" | "embed" | "frame" => "src",
                "object" => "data",
                "link"
                    if element.has_word("rel", "stylesheet")
                        || element.has_word("rel", "modulepreload")
                        || element.has_word("rel", "manifest") =>
                {
                    "href"
                }
                _ => continue,
            };
            hits.extend(element.attribute(attribute).filter(|address| is_plain(address)).map(str::to_owned));
        }
        if let Some(first) = hits.first() {
            let more = if hits.len() > 1 { format!(" and {} more", hits.len() - 1) } else { String::new() };
            add(
                found,
                page,
                Confidence::High,
                format!("`{}`{more} is loaded over plain HTTP", cut(first, 100)),
                format!("it is on {}", cut(&page.path(), 80)),
            );
        }
    }
}

fn is_plain(address: &str) -> bool {
    address.trim().get(..7).is_some_and(|start| start.eq_ignore_ascii_case("http://"))
}
