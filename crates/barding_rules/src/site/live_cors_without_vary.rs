//! `live-cors-without-vary`: a cache may hand one origin's permission to another.

use super::{add, asked, header};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-cors-without-vary"),
        title: "A cache may hand one origin's permission to another",
        severity: Severity::Low,
        tip: Tip::Checkup,
        cwe: &[524],
        django_checks: &[],
        consequence: "Pages break for some, or are allowed where they should not be.",
        advice: "Send `Vary: Origin` with every answer that depends on it; django-cors-headers does, a content network may drop it.",
        since: "0.1.0",
        page: include_str!("live_cors_without_vary.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let both =
        asked(site, Purpose::ForeignOrigin, found).into_iter().chain(site.answered(Purpose::LookalikeOrigin));
    for exchange in both {
        let origin = exchange.header("access-control-allow-origin").unwrap_or_default();
        let vary = exchange.header_list("vary").to_ascii_lowercase();
        let varies = vary.split(',').any(|name| matches!(name.trim(), "origin" | "*"));
        if !exchange.marker.is_empty() && origin == exchange.marker && !varies {
            add(
                found,
                exchange,
                Confidence::High,
                "The permission depends on the `Origin`, and `Vary` does not say so",
                header(exchange, "Vary"),
            );
            return;
        }
    }
}
