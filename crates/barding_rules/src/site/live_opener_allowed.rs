//! `live-opener-allowed`: a link gives its opener away.

use super::{add, cut, pages};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;
use barding_live::site::html::elements;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-opener-allowed"),
        title: "A link gives its opener away",
        severity: Severity::Info,
        tip: Tip::Checkup,
        cwe: &[1022],
        django_checks: &[],
        consequence: "The page that opens can move the page behind it elsewhere.",
        advice: "Take `rel=\"opener\"` away.",
        since: "0.1.0",
        page: include_str!("live_opener_allowed.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    for page in pages(site, found) {
        let own = page.url();
        for element in elements(&page.body)
            .iter()
            .filter(|element| element.name == "a" && element.has_word("rel", "opener"))
        {
            let Some(target) = element.attribute("href").and_then(|href| own.join(href)) else { continue };
            if target.host != own.host {
                add(
                    found,
                    page,
                    Confidence::High,
                    format!("A link to {} keeps its opener", cut(&target.host, 80)),
                    "it has `rel=\"opener\"`",
                );
                return;
            }
        }
    }
}
