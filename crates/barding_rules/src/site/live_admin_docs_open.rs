//! `live-admin-docs-open`: The documentation of views and models is open.

use super::{add, around, exposed};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Exchange, Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-admin-docs-open"),
        title: "The documentation of views and models is open",
        severity: Severity::Medium,
        tip: Tip::AdminUrl,
        cwe: &[425],
        django_checks: &[],
        consequence: "Models, views and template tags of the project are listed for everybody.",
        advice: "Take `django.contrib.admindocs` out of production.",
        since: "0.1.0",
        page: include_str!("live_admin_docs_open.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    for (exchange, mark) in exposed(site, found, Purpose::Exposure, &["/admin/doc/"], holds) {
        add(
            found,
            exchange,
            Confidence::High,
            "admindocs is open without a login",
            around(&exchange.body, mark),
        );
    }
}

/// What in the content tells it.
fn holds(exchange: &Exchange) -> Option<&'static str> {
    let marks = ["Documentation bookmarklets", "Template tags</a>", "/admin/doc/views/"];
    marks.into_iter().find(|mark| exchange.body.contains(mark))
}
