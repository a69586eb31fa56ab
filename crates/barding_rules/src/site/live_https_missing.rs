//! `live-https-missing`: The site does not speak HTTPS.

use super::add;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{NoAnswer, Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-https-missing"),
        title: "The site does not speak HTTPS",
        severity: Severity::Critical,
        tip: Tip::Https,
        cwe: &[319],
        django_checks: &[],
        consequence: "Everything a visitor sends and sees, passwords and sessions among it, can be read and changed on the way.",
        advice: "Terminate TLS on port 443 (Caddy and certbot get certificates by themselves), then set `SECURE_SSL_REDIRECT = True` and, behind a proxy, `SECURE_PROXY_SSL_HEADER`.",
        since: "0.1.0",
        page: include_str!("live_https_missing.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    if site.https_front().is_some() {
        return;
    }
    let Some(plain) = site.http_front() else { return found.cannot_tell("the site did not answer") };
    let Some(secure) = site.with(Purpose::FrontHttps).next() else {
        return found.cannot_tell("the port of HTTPS is not known: the address named another one");
    };
    let confidence = match secure.no_answer {
        Some(NoAnswer::Refused | NoAnswer::Tls | NoAnswer::NotHttp) => Confidence::High,
        // A firewall may let others in.
        _ => return found.cannot_tell(format!("HTTPS gave no answer: {}", secure.failure)),
    };
    add(
        found,
        secure,
        confidence,
        "The site answers over plain HTTP and not over HTTPS",
        format!("plain HTTP was answered with {}", plain.status),
    );
}
