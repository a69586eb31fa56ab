//! `live-script-without-integrity`: a script of another site is loaded unchecked.

use super::{add, cut, pages};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;
use barding_live::site::html::elements;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-script-without-integrity"),
        title: "A script of another site is loaded unchecked",
        severity: Severity::Low,
        tip: Tip::Xss,
        cwe: &[353, 829],
        django_checks: &[],
        consequence: "Whoever controls that site, or takes it over, runs scripts here.",
        advice: "The attributes `integrity` and `crossorigin`, or the file among your own static files.",
        since: "0.1.0",
        page: include_str!("live_script_without_integrity.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    for page in pages(site, found) {
        let own = page.url();
        let mut hosts: Vec<String> = Vec::new();
        let mut plain = false;
        for element in elements(&page.body) {
            let address = match element.name.as_str() {
                "script" => element.attribute("src"),
                "link" if element.has_word("rel", "stylesheet") => element.attribute("href"),
                _ => None,
            };
            let Some(target) = address.and_then(|address| own.join(address)) else { continue };
            let checked = element.attribute("integrity").is_some_and(|value| {
                ["sha256-", "sha384-", "sha512-"].iter().any(|mark| value.contains(mark))
            });
            if !checked && !is_same_site(&own.host, &target.host) {
                plain |= !target.is_secure;
                if !hosts.contains(&target.host) {
                    hosts.push(target.host);
                }
            }
        }
        if !hosts.is_empty() {
            let severity = if plain { Severity::High } else { Severity::Low };
            hosts.truncate(5);
            add(
                found,
                page,
                Confidence::High,
                format!("Scripts or styles of {} are loaded without `integrity`", hosts.join(", ")),
                format!("it is on {}", cut(&page.path(), 80)),
            )
            .severity(severity);
        }
    }
}

/// Whether two hosts belong to one another: the same, or one below the other.
fn is_same_site(own: &str, other: &str) -> bool {
    let own = own.strip_prefix("www.").unwrap_or(own);
    other == own || other.ends_with(&format!(".{own}")) || own.ends_with(&format!(".{other}"))
}
