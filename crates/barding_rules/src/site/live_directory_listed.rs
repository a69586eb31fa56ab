//! `live-directory-listed`: a folder is listed.

use super::{add, around, exposed};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Exchange, Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-directory-listed"),
        title: "A folder is listed",
        severity: Severity::Medium,
        tip: Tip::Uploads,
        cwe: &[548],
        django_checks: &[],
        consequence: "Everybody sees what was uploaded, and finds what was not meant to be found.",
        advice: "nginx `autoindex off;` (its default), Apache `Options -Indexes`, Django `serve(…, show_indexes=False)`.",
        since: "0.1.0",
        page: include_str!("live_directory_listed.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    for (exchange, mark) in exposed(site, found, Purpose::Exposure, &[], holds) {
        add(
            found,
            exchange,
            Confidence::High,
            format!("The folder {} is listed", exchange.path()),
            around(&exchange.body, mark),
        );
    }
}

/// What in the content tells it.
fn holds(exchange: &Exchange) -> Option<&'static str> {
    let title = exchange.title().to_ascii_lowercase();
    let is_listing = title.starts_with("index of ")
        || title.starts_with("directory listing for ")
        || exchange.body.contains("<h1>Index of /")
        || exchange.body.contains("<h1>Index of ");
    (exchange.is_html() && is_listing).then_some("ndex of ")
}
