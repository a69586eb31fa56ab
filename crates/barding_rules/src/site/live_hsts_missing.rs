//! `live-hsts-missing`: The site has no HSTS.

use super::{add, header, hsts};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-hsts-missing"),
        title: "The site has no HSTS",
        severity: Severity::High,
        tip: Tip::Https,
        cwe: &[523, 319],
        django_checks: &[],
        consequence: "An attacker on the way can keep a visitor on plain HTTP, also when the site redirects.",
        advice: "`SECURE_HSTS_SECONDS = 3600` first, 31536000 when all is well. Django sends the header only when it knows that the request is secure: behind a proxy it needs `SECURE_PROXY_SSL_HEADER`.",
        since: "0.1.0",
        page: include_str!("live_hsts_missing.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let Some(secure) = hsts::answer(site, found) else { return };
    let message = match (secure.header("strict-transport-security"), hsts::Hsts::of(secure)) {
        (None, _) => "HTTPS is answered without `Strict-Transport-Security`",
        (Some(_), None) => "`Strict-Transport-Security` cannot be read, so browsers take no notice of it",
        (Some(_), Some(hsts)) if !hsts.protects() => {
            "`Strict-Transport-Security` has `max-age=0`, which switches it off"
        }
        _ => return,
    };
    add(found, secure, Confidence::High, message, header(secure, "Strict-Transport-Security"));
}
