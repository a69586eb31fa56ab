//! `live-health-verbose`: The health check tells too much.

use super::{add, exposed};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Exchange, Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-health-verbose"),
        title: "The health check tells too much",
        severity: Severity::Low,
        tip: Tip::Checkup,
        cwe: &[497],
        django_checks: &[],
        consequence: "Backends, host names and errors are told to everybody.",
        advice: "Protect it with a list of addresses or a token; a bare `ok` is enough for a load balancer.",
        since: "0.1.0",
        page: include_str!("live_health_verbose.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    for (exchange, mark) in
        exposed(site, found, Purpose::Exposure, &["/ht/", "/health/", "/healthz", "/healthcheck/"], holds)
    {
        add(
            found,
            exchange,
            Confidence::High,
            "The health check names what the site runs on",
            format!("it names `{mark}`"),
        );
    }
}

/// What in the content tells it.
fn holds(exchange: &Exchange) -> Option<&'static str> {
    let text = exchange.body.to_ascii_lowercase();
    let marks = [
        "databasebackend",
        "cachebackend",
        "diskusage",
        "memoryusage",
        "defaultfilestorage",
        "migrationshealthcheck",
        "cacheservice",
        "celeryhealthcheck",
    ];
    let hit = marks.into_iter().find(|mark| text.contains(mark));
    hit.filter(|_| {
        exchange.title().contains("System status")
            || exchange.media_type() == "application/json"
            || text.contains("working")
    })
}
