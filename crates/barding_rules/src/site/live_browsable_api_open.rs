//! `live-browsable-api-open`: The browsable API is open.

use super::{add, around, exposed};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Exchange, Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-browsable-api-open"),
        title: "The browsable API is open",
        severity: Severity::Low,
        tip: Tip::Checkup,
        cwe: &[497, 200],
        django_checks: &[],
        consequence: "Everybody can look through the API, its forms and its fields.",
        advice: "`DEFAULT_RENDERER_CLASSES = ['rest_framework.renderers.JSONRenderer']` in production.",
        since: "0.1.0",
        page: include_str!("live_browsable_api_open.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    for (exchange, mark) in exposed(site, found, Purpose::Api, &[], holds) {
        add(
            found,
            exchange,
            Confidence::High,
            format!("The browsable API answers at {}", exchange.path()),
            around(&exchange.body, mark),
        );
    }
}

/// What in the content tells it.
fn holds(exchange: &Exchange) -> Option<&'static str> {
    let marks = ["rest_framework/css/", "Django REST framework</a>", "django-rest-framework.org"];
    marks.into_iter().find(|mark| exchange.body.contains(mark))
}
