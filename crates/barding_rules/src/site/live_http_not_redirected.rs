//! `live-http-not-redirected`: plain HTTP is answered with content.

use super::{add, header};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{NoAnswer, Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-http-not-redirected"),
        title: "Plain HTTP is answered with content",
        severity: Severity::High,
        tip: Tip::Https,
        cwe: &[319],
        django_checks: &[],
        consequence: "Whoever types the address without `https` is served in the clear, and an attacker on the way can keep it so.",
        advice: "`SECURE_SSL_REDIRECT = True`, or in the web server a port 80 that does nothing but redirect: nginx `return 301 https://$host$request_uri;`.",
        since: "0.1.0",
        page: include_str!("live_http_not_redirected.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let Some(plain) = site.http_front() else {
        return match site.with(Purpose::FrontHttp).next().and_then(|plain| plain.no_answer) {
            Some(NoAnswer::Refused) => {}
            Some(_) => found.cannot_tell("plain HTTP gave no answer"),
            None => found.cannot_tell("the port of plain HTTP is not known: the address named another one"),
        };
    };
    let chain = site.chain(plain);
    let Some(last) = chain.last() else { return };
    if let Some(wall) = last.wall() {
        return found.cannot_tell(format!("{wall} answered in place of the site"));
    }
    let decisive = header(plain, "Location");
    if last.is_secure() || last.redirects_to().is_some_and(|next| next.is_secure) {
        let first = plain.redirects_to().is_some_and(|next| next.is_secure);
        if first && !matches!(plain.status, 301 | 308) {
            let message =
                format!("Plain HTTP is redirected to HTTPS for the time being only ({})", plain.status);
            add(found, plain, Confidence::High, message, decisive)
                .severity(Severity::Info)
                .consequence("Browsers do not remember such a redirect.")
                .advice("Redirect with 301 or 308.");
        }
    } else if last.redirects_to().is_some() {
        found.cannot_tell(format!("plain HTTP leads to another place: {decisive}"));
    } else if last.is_success() {
        add(found, plain, Confidence::High, "The front page is served over plain HTTP", decisive);
    } else {
        let message =
            format!("Plain HTTP is answered with {} where a redirect to HTTPS belongs", last.status);
        add(found, plain, Confidence::High, message, decisive).severity(Severity::Low);
    }
}
