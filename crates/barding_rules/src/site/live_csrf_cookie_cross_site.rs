//! `live-csrf-cookie-cross-site`: The CSRF cookie goes along with requests of other sites.

use super::{add, cookie_line, csrf_cookies, cut};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-csrf-cookie-cross-site"),
        title: "The CSRF cookie goes along with requests of other sites",
        severity: Severity::Medium,
        tip: Tip::Csrf,
        cwe: &[1275],
        django_checks: &[],
        consequence: "One layer against forged requests is missing.",
        advice: "`CSRF_COOKIE_SAMESITE = 'Lax'`, the default since 2.1.",
        since: "0.1.0",
        page: include_str!("live_csrf_cookie_cross_site.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    for (cookie, exchange) in csrf_cookies(site, found) {
        if !matches!(cookie.same_site.as_deref(), Some("lax" | "strict")) {
            add(
                found,
                exchange,
                Confidence::High,
                format!(
                    "The CSRF cookie `{}` is set without `SameSite=Lax` or `Strict`",
                    cut(&cookie.name, 60)
                ),
                cookie_line(&cookie),
            );
        }
    }
}
