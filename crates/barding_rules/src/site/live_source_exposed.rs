//! `live-source-exposed`: python sources are served.

use super::{add, exposed, is_text_file};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Exchange, Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-source-exposed"),
        title: "Python sources are served",
        severity: Severity::Critical,
        tip: Tip::LiveSettings,
        cwe: &[540, 538],
        django_checks: &[],
        consequence: "Settings and secrets in them can be read by everybody.",
        advice: "`root` and `alias` of the web server must point to STATIC_ROOT and MEDIA_ROOT, never to the project.",
        since: "0.1.0",
        page: include_str!("live_source_exposed.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    for (exchange, mark) in
        exposed(site, found, Purpose::Exposure, &[".py", ".py~", ".py.bak", ".py.swp"], holds)
    {
        add(
            found,
            exchange,
            Confidence::High,
            format!("{} is served", exchange.path()),
            format!("the body has `{mark}`"),
        );
    }
}

/// What in the content tells it.
fn holds(exchange: &Exchange) -> Option<&'static str> {
    if !is_text_file(exchange) {
        return None;
    }
    ["DJANGO_SETTINGS_MODULE", "INSTALLED_APPS", "SECRET_KEY =", "SECRET_KEY=", "get_wsgi_application"]
        .into_iter()
        .find(|mark| exchange.body.contains(mark))
}
