//! `live-open-redirect`: The site sends visitors wherever a link says.

use super::{add, asked, cut, header};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::html::elements;
use barding_live::site::{Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-open-redirect"),
        title: "The site sends visitors wherever a link says",
        severity: Severity::Medium,
        tip: Tip::Checkup,
        cwe: &[601],
        django_checks: &[],
        consequence: "A link that begins with the name of the site leads to a forged login.",
        advice: "`url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()}, require_https=True)` before every redirect to a given address; LoginView does it by itself.",
        since: "0.1.0",
        page: include_str!("live_open_redirect.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    for exchange in asked(site, Purpose::Next, found) {
        let by_header = exchange.redirects_to().is_some_and(|next| next.host == exchange.marker);
        let by_meta = exchange.is_html()
            && elements(&exchange.body).iter().any(|element| {
                let refresh = element.name == "meta"
                    && element
                        .attribute("http-equiv")
                        .is_some_and(|name| name.eq_ignore_ascii_case("refresh"));
                let target = element.attribute("content").and_then(|content| {
                    content
                        .to_ascii_lowercase()
                        .find("url=")
                        .map(|at| content[at + 4..].trim_matches(['\'', '"', ' ']).to_owned())
                });
                refresh
                    && target
                        .and_then(|target| exchange.url().join(&target))
                        .is_some_and(|next| next.host == exchange.marker)
            });
        if !exchange.marker.is_empty() && (by_header || by_meta) {
            add(
                found,
                exchange,
                Confidence::High,
                format!("{} redirects to any host", cut(&exchange.path(), 80)),
                header(exchange, "Location"),
            );
            return;
        }
    }
}
