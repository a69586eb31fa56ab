//! `live-admin-catalogue-open`: The translations of the admin are open.

use super::{add, around, exposed};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Exchange, Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-admin-catalogue-open"),
        title: "The translations of the admin are open",
        severity: Severity::Info,
        tip: Tip::AdminUrl,
        cwe: &[425],
        django_checks: &[],
        consequence: "It shows that the admin is there, and in which release.",
        advice: "Nothing needs to be done when the admin is protected otherwise.",
        since: "0.1.0",
        page: include_str!("live_admin_catalogue_open.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    for (exchange, mark) in exposed(site, found, Purpose::Exposure, &["/admin/jsi18n/"], holds) {
        add(
            found,
            exchange,
            Confidence::High,
            "The admin's catalogue of translations is answered without a login",
            around(&exchange.body, mark),
        );
    }
}

/// What in the content tells it.
fn holds(exchange: &Exchange) -> Option<&'static str> {
    let marks = ["django.catalog", "django.gettext"];
    marks.into_iter().find(|mark| exchange.body.contains(mark))
}
