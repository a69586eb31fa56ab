//! `live-api-schema-open`: The description of the API is open.

use super::{add, around, exposed};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Exchange, Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-api-schema-open"),
        title: "The description of the API is open",
        severity: Severity::Low,
        tip: Tip::Checkup,
        cwe: &[497],
        django_checks: &[],
        consequence: "Every route, field and type of the API is there to read; fine for a public API.",
        advice: "drf-spectacular `SERVE_PERMISSIONS`, drf-yasg `permission_classes`, `NinjaAPI(docs_url=None, openapi_url=None)`.",
        since: "0.1.0",
        page: include_str!("live_api_schema_open.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    for (exchange, mark) in exposed(site, found, Purpose::Api, &[], holds) {
        add(
            found,
            exchange,
            Confidence::High,
            format!("The API is described at {}", exchange.path()),
            around(&exchange.body, mark),
        );
    }
}

/// What in the content tells it.
fn holds(exchange: &Exchange) -> Option<&'static str> {
    let kind = exchange.media_type();
    let start: String = exchange.body.trim_start().chars().take(400).collect();
    let is_data = kind.starts_with("application/vnd.oai.openapi")
        || kind.contains("json")
        || kind.contains("yaml")
        || kind == "text/plain";
    match () {
        () if is_data && (start.contains("\"openapi\"") || start.starts_with("openapi:")) => Some("openapi"),
        () if is_data && (start.contains("\"swagger\"") || start.starts_with("swagger:")) => Some("swagger"),
        () if exchange.is_html() && exchange.body.contains("id=\"swagger-ui\"") => Some("swagger-ui"),
        () if exchange.is_html() && exchange.body.contains("<redoc") => Some("<redoc"),
        () => None,
    }
}
