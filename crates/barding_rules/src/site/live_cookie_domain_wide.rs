//! `live-cookie-domain-wide`: The session or CSRF cookie is shared with all subdomains.

use super::{add, cookie_line, cut};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-cookie-domain-wide"),
        title: "The session or CSRF cookie is shared with all subdomains",
        severity: Severity::Low,
        tip: Tip::Csrf,
        cwe: &[1275, 384],
        django_checks: &[],
        consequence: "Any subdomain, also one that shows what users upload, can read and replace it.",
        advice: "`SESSION_COOKIE_DOMAIN = None` and `CSRF_COOKIE_DOMAIN = None`; put what users upload on a domain of its own.",
        since: "0.1.0",
        page: include_str!("live_cookie_domain_wide.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let cookies: Vec<_> =
        site.cookies().into_iter().filter(|(cookie, _)| cookie.is_session() || cookie.is_csrf()).collect();
    if cookies.is_empty() {
        return found.nothing_to_judge("neither cookie was set");
    }
    for (cookie, exchange) in cookies {
        if let Some(domain) = &cookie.domain {
            add(
                found,
                exchange,
                Confidence::High,
                format!(
                    "The cookie `{}` is shared with every host below {}",
                    cut(&cookie.name, 60),
                    cut(domain, 80)
                ),
                cookie_line(&cookie),
            );
        }
    }
}
