//! `live-reflected-markup`: a parameter comes back as markup.

use super::{add, around, asked, cut};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::html::elements;
use barding_live::site::{Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-reflected-markup"),
        title: "A parameter comes back as markup",
        severity: Severity::High,
        tip: Tip::Xss,
        cwe: &[79],
        django_checks: &[],
        consequence: "A link that an attacker sends runs his script on the site.",
        advice: "Let templates escape; do not put parameters into `mark_safe`, `format_html` without arguments or `|safe`.",
        since: "0.1.0",
        page: include_str!("live_reflected_markup.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    for exchange in asked(site, Purpose::Marker, found) {
        if !exchange.marker.is_empty() && exchange.is_html() && exchange.body.contains(&exchange.marker) {
            // In a script or a comment the same letters do no harm by themselves.
            let start = exchange.marker.split('<').next().unwrap_or_default();
            let word = exchange.marker.get(start.len() + 1..start.len() + 2).unwrap_or_default();
            let is_element = elements(&exchange.body)
                .iter()
                .any(|element| element.name == word && element.attribute("x").is_some());
            if is_element {
                add(
                    found,
                    exchange,
                    Confidence::High,
                    format!("A parameter of {} comes back unescaped", cut(&exchange.path(), 80)),
                    around(&exchange.body, &exchange.marker),
                );
            }
        }
    }
}
