//! `live-nosniff-missing`: content types may be guessed.

use super::{add, front, header};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-nosniff-missing"),
        title: "Content types may be guessed",
        severity: Severity::Low,
        tip: Tip::Middleware,
        cwe: &[430],
        django_checks: &[],
        consequence: "Browsers may take an uploaded text for a script or a page.",
        advice: "`SECURE_CONTENT_TYPE_NOSNIFF = True` (the default since 3.0) for pages; `add_header X-Content-Type-Options nosniff always;` for static files, and above all for media.",
        since: "0.1.0",
        page: include_str!("live_nosniff_missing.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let Some(page) = front(site, found) else { return };
    let files = site.answered(Purpose::Static).filter(|file| file.is_success());
    for exchange in std::iter::once(page).chain(files).take(3) {
        let value = exchange
            .header("x-content-type-options")
            .unwrap_or_default()
            .split(',')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        if value != "nosniff" {
            let what = if exchange.purpose == Purpose::Static { "A static file" } else { "The front page" };
            add(
                found,
                exchange,
                Confidence::High,
                format!("{what} comes without `X-Content-Type-Options: nosniff`"),
                header(exchange, "X-Content-Type-Options"),
            );
        }
    }
}
