//! `live-hsts-preload-not-ready`: hSTS asks to be preloaded and does not qualify.

use super::{add, header, hsts};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Exchange, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-hsts-preload-not-ready"),
        title: "HSTS asks to be preloaded and does not qualify",
        severity: Severity::Medium,
        tip: Tip::Https,
        cwe: &[523],
        django_checks: &[],
        consequence: "The list refuses the domain, and the first visit stays open.",
        advice: "Send `max-age` of a year at least, `includeSubDomains` and `preload` together, and redirect plain HTTP to HTTPS on the same host; or take `preload` away.",
        since: "0.1.0",
        page: include_str!("live_hsts_preload_not_ready.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let Some(secure) = hsts::answer(site, found) else { return };
    let Some(hsts) = hsts::Hsts::of(secure).filter(|hsts| hsts.wants_preload) else {
        return found.nothing_to_judge("preloading is not asked for");
    };
    let mut missing = Vec::new();
    if hsts.max_age < 31_536_000 {
        missing.push("`max-age` is less than a year");
    }
    if !hsts.has_subdomains {
        missing.push("`includeSubDomains` is missing");
    }
    if secure.certificate_problem.is_some() {
        missing.push("the certificate is not trusted");
    }
    let host = secure.url().host;
    let redirect = site.http_front().map(Exchange::redirects_to);
    if redirect.is_some_and(|next| next.is_none_or(|next| !next.is_secure || next.host != host)) {
        missing.push("plain HTTP does not redirect to HTTPS on the same host");
    }
    if !missing.is_empty() {
        let message = format!("`preload` is announced, but {}", missing.join(" and "));
        add(found, secure, Confidence::High, message, header(secure, "Strict-Transport-Security"));
    }
}
