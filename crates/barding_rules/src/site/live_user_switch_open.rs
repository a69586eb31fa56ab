//! `live-user-switch-open`: anybody can become somebody else.

use super::{add, asked, ends_with, header};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Cookie, Level, Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-user-switch-open"),
        title: "Anybody can become somebody else",
        severity: Severity::Critical,
        tip: Tip::AdminUrl,
        cwe: &[306, 269],
        django_checks: &[],
        consequence: "A link is enough to act as another user.",
        advice: "django-hijack and django-loginas of today take posts of staff only; upgrade, and set `CAN_LOGIN_AS`.",
        since: "0.1.0",
        page: include_str!("live_user_switch_open.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    if site.level < Level::Active {
        return;
    }
    for exchange in asked(site, Purpose::Exposure, found) {
        let is_place = ends_with(exchange, &["/hijack/acquire/", "/login/user/1/"]);
        let is_new = exchange
            .header_values("set-cookie")
            .filter_map(Cookie::parse)
            .any(|cookie| cookie.is_session() && !cookie.is_removed);
        if is_place && exchange.redirects_to().is_some_and(|next| !next.path().contains("login")) && is_new {
            add(
                found,
                exchange,
                Confidence::High,
                "A GET of a stranger was answered with a session",
                header(exchange, "Location"),
            );
        }
    }
}
