//! `live-admin-at-default-path`: The admin is at its default place.

use super::add;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Exchange, Purpose, Site, is_admin_login};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-admin-at-default-path"),
        title: "The admin is at its default place",
        severity: Severity::Low,
        tip: Tip::AdminUrl,
        cwe: &[425],
        django_checks: &[],
        consequence: "Every robot tries passwords there.",
        advice: "Let only your networks in (nginx `allow`/`deny`, a VPN), or add a second factor and a limit (django-otp, django-axes); another path alone is no protection.",
        since: "0.1.0",
        page: include_str!("live_admin_at_default_path.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let tried: Vec<&Exchange> =
        site.with(Purpose::Admin).filter(|exchange| exchange.path().starts_with("/admin")).collect();
    for exchange in site
        .exchanges
        .iter()
        .filter(|exchange| exchange.path().starts_with("/admin/") && exchange.sent.is_empty())
    {
        if exchange.is_success() && exchange.is_html() && is_admin_login(&exchange.body) {
            add(
                found,
                exchange,
                Confidence::High,
                "The login of Django's admin is open at /admin/",
                "the page has the admin's form, token and style sheet",
            );
            return;
        }
    }
    if let Some(wall) = tried.iter().find_map(|exchange| exchange.wall()) {
        found.cannot_tell(format!("{wall} answered in place of the site"));
    } else if !tried.is_empty() && tried.iter().all(|exchange| !exchange.is_answered()) {
        found.cannot_tell("the path gave no answer");
    }
}
