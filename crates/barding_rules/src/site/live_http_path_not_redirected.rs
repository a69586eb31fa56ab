//! `live-http-path-not-redirected`: some paths are answered over plain HTTP.

use super::{add, asked, cut, header};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Exchange, Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-http-path-not-redirected"),
        title: "Some paths are answered over plain HTTP",
        severity: Severity::Medium,
        tip: Tip::Https,
        cwe: &[319],
        django_checks: &[],
        consequence: "A link to such a path, or a forged one, starts a visit in the clear.",
        advice: "Redirect the whole of port 80 in the web server, all but `/.well-known/acme-challenge/`; look at `SECURE_REDIRECT_EXEMPT`.",
        since: "0.1.0",
        page: include_str!("live_http_path_not_redirected.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let redirects = site.http_front().and_then(Exchange::redirects_to).is_some_and(|next| next.is_secure);
    if !redirects {
        return found.nothing_to_judge("the front page itself is not redirected");
    }
    let forged = asked(site, Purpose::ForgedHost, found).into_iter().filter(|exchange| !exchange.is_secure());
    for exchange in asked(site, Purpose::HttpPath, found).into_iter().chain(forged) {
        match exchange.redirects_to() {
            Some(next) if next.is_secure => {
                let kept = next.path() == exchange.path() || exchange.path().starts_with(next.path());
                if exchange.purpose == Purpose::HttpPath && !kept {
                    let message = "The redirect to HTTPS loses the path".to_owned();
                    add(found, exchange, Confidence::Medium, message, header(exchange, "Location"))
                        .severity(Severity::Info);
                }
            }
            Some(_) => {}
            None if exchange.is_success() => {
                add(
                    found,
                    exchange,
                    Confidence::High,
                    format!("{} is answered over plain HTTP", cut(&exchange.path(), 60)),
                    header(exchange, "Location"),
                );
            }
            None => {}
        }
    }
}
