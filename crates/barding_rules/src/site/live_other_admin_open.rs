//! `live-other-admin-open`: another admin is open at its default place.

use super::{add, around, asked, ends_with};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::html::forms;
use barding_live::site::{Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-other-admin-open"),
        title: "Another admin is open at its default place",
        severity: Severity::Info,
        tip: Tip::AdminUrl,
        cwe: &[425],
        django_checks: &[],
        consequence: "Robots find it as easily as the admin.",
        advice: "Protect it as the admin: by network, second factor, limit.",
        since: "0.1.0",
        page: include_str!("live_other_admin_open.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let marks = ["wagtailadmin/", "unfold/css/", "jazzmin/", "grappelli/stylesheets/", "admin/css/login.css"];
    let places = ["/cms/", "/wagtail-admin/", "/django-admin/", "/grappelli/"];
    for exchange in asked(site, Purpose::Exposure, found) {
        let mark = marks.into_iter().find(|mark| exchange.body.contains(mark));
        let has_password = forms(&exchange.body).iter().any(|form| form.has_password());
        if let Some(mark) =
            mark.filter(|_| has_password && exchange.is_success() && ends_with(exchange, &places))
        {
            add(
                found,
                exchange,
                Confidence::High,
                format!("An admin's login is open at {}", exchange.path()),
                around(&exchange.body, mark),
            );
        }
    }
}
