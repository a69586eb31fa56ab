//! `live-cache-deceived`: a page under the name of a file is kept by a cache.

use super::{add, asked, header};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::html::forms;
use barding_live::site::{Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-cache-deceived"),
        title: "A page under the name of a file is kept by a cache",
        severity: Severity::Medium,
        tip: Tip::Checkup,
        cwe: &[525],
        django_checks: &[],
        consequence: "An attacker makes a visitor open such an address and reads his page from the cache.",
        advice: "End patterns of URLs (`path()` does), and let the cache go by the content type, not by the ending.",
        since: "0.1.0",
        page: include_str!("live_cache_deceived.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let answers = asked(site, Purpose::Deception, found);
    let Some(last) = answers.last().filter(|last| last.is_success() && last.is_html()) else { return };
    let is_hit = ["x-cache", "cf-cache-status", "x-cache-status"]
        .into_iter()
        .any(|name| last.header(name).is_some_and(|value| value.to_ascii_uppercase().contains("HIT")));
    let is_public = last.header_list("cache-control").to_ascii_lowercase().contains("public");
    let is_page = forms(&last.body).iter().any(|form| form.has_password());
    if is_page && (is_hit || is_public) {
        add(
            found,
            last,
            Confidence::High,
            "The login page is answered under the name of a style sheet, and caches may keep it",
            header(last, "Cache-Control"),
        );
    }
}
