//! `live-api-readable`: a list of the API shows personal data to everybody.

use super::{add, asked};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Level, Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-api-readable"),
        title: "A list of the API shows personal data to everybody",
        severity: Severity::High,
        tip: Tip::Checkup,
        cwe: &[306, 862],
        django_checks: &[],
        consequence: "Anybody can copy it.",
        advice: "`DEFAULT_PERMISSION_CLASSES = ['rest_framework.permissions.IsAuthenticated']` in REST_FRAMEWORK: its own default lets everybody in.",
        since: "0.1.0",
        page: include_str!("live_api_readable.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    if site.level < Level::Active {
        return;
    }
    let marks = [
        "\"email\"",
        "\"phone\"",
        "\"password\"",
        "\"token\"",
        "\"api_key\"",
        "\"date_of_birth\"",
        "\"address\"",
    ];
    for exchange in asked(site, Purpose::Api, found) {
        let is_list = exchange.media_type() == "application/json"
            && exchange.is_success()
            && !exchange.body.contains("\"openapi\"")
            && !exchange.body.contains("\"swagger\"");
        let body = exchange.body.trim_start();
        let has_items = body.starts_with('[') && body.contains('{')
            || body.contains("\"results\":[{")
            || body.contains("\"results\": [{");
        if let Some(mark) = marks.into_iter().find(|mark| is_list && has_items && body.contains(mark)) {
            add(
                found,
                exchange,
                Confidence::Medium,
                format!("{} lists objects with {mark} to everybody", exchange.path()),
                "the values are not shown here",
            );
        }
    }
}
