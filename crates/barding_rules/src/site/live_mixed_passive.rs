//! `live-mixed-passive`: a page loads images or media over plain HTTP.

use super::{add, cut, pages};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;
use barding_live::site::html::elements;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-mixed-passive"),
        title: "A page loads images or media over plain HTTP",
        severity: Severity::Low,
        tip: Tip::Https,
        cwe: &[319],
        django_checks: &[],
        consequence: "Somebody on the way sees and changes them.",
        advice: "`MEDIA_URL` and `STATIC_URL` with `https://`, or relative.",
        since: "0.1.0",
        page: include_str!("live_mixed_passive.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    for page in pages(site, found).into_iter().filter(|page| page.is_secure()) {
        let mut hits: Vec<String> = Vec::new();
        for element in elements(&page.body) {
            if matches!(element.name.as_str(), "img" | "audio" | "video" | "source" | "track") {
                let addresses = ["src", "poster"].into_iter().filter_map(|name| element.attribute(name));
                hits.extend(addresses.filter(|address| is_plain(address)).map(str::to_owned));
            }
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
