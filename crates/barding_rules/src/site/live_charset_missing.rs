//! `live-charset-missing`: a page does not say its encoding.

use super::{add, front, header};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;
use barding_live::site::html::elements;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-charset-missing"),
        title: "A page does not say its encoding",
        severity: Severity::Info,
        tip: Tip::Checkup,
        cwe: &[838],
        django_checks: &[],
        consequence: "Old browsers guess, and a guess can turn text into markup.",
        advice: "`DEFAULT_CHARSET` is utf-8 and Django sends it; a proxy or view may replace the header.",
        since: "0.1.0",
        page: include_str!("live_charset_missing.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let Some(page) = front(site, found) else { return };
    if page.media_type() != "text/html" {
        return found.nothing_to_judge("the front page is no HTML");
    }
    let in_header =
        page.header("content-type").is_some_and(|value| value.to_ascii_lowercase().contains("charset="));
    let in_page = elements(&page.body).iter().take(100).any(|element| {
        element.name == "meta"
            && (element.attribute("charset").is_some()
                || element
                    .attribute("content")
                    .is_some_and(|value| value.to_ascii_lowercase().contains("charset=")))
    });
    if !in_header && !in_page {
        add(
            found,
            page,
            Confidence::High,
            "Neither the header nor the page says the encoding",
            header(page, "Content-Type"),
        );
    }
}
