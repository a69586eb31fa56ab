//! `live-private-page-cacheable`: a login page may be kept by caches.

use super::{add, header};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-private-page-cacheable"),
        title: "A login page may be kept by caches",
        severity: Severity::Medium,
        tip: Tip::Checkup,
        cwe: &[524, 525],
        django_checks: &[],
        consequence: "A shared cache hands the token of one visitor to another.",
        advice: "`@never_cache` (LoginView has it); never `proxy_cache` what sets cookies.",
        since: "0.1.0",
        page: include_str!("live_private_page_cacheable.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let pages = site.login_pages();
    if pages.is_empty() {
        return found.nothing_to_judge("no login form was seen");
    }
    for (page, form) in pages {
        let value = page.header_list("cache-control").to_ascii_lowercase();
        let has = |word: &str| value.split(',').any(|own| own.trim().split('=').next() == Some(word));
        let says_no = has("no-store") || has("private") || has("no-cache");
        let is_shared = has("public") || has("s-maxage");
        let sets_cookie = page.header("set-cookie").is_some();
        let message = match () {
            () if is_shared && !says_no => "A page with a login form says that shared caches may keep it",
            () if !says_no && sets_cookie && form.token().is_some() => {
                "A page with a login form and a cookie does not say that caches must not keep it"
            }
            () => continue,
        };
        add(found, page, Confidence::High, message, header(page, "Cache-Control"));
    }
}
