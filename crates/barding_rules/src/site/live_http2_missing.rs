//! `live-http2-missing`: only HTTP/1.1 is offered.

use super::add;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-http2-missing"),
        title: "Only HTTP/1.1 is offered",
        severity: Severity::Info,
        tip: Tip::Checkup,
        cwe: &[],
        django_checks: &[],
        consequence: "Pages take longer than they need to.",
        advice: "nginx `http2 on;` (1.25.1 or newer); Caddy and most content networks do it by themselves.",
        since: "0.1.0",
        page: include_str!("live_http2_missing.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let Some(secure) = site.https_front() else {
        return found.nothing_to_judge("the site does not speak HTTPS");
    };
    if secure.version.is_empty() {
        return found.cannot_tell("the version of HTTP was not seen");
    }
    let offers_h3 = secure.header("alt-svc").is_some_and(|value| value.contains("h3"));
    if secure.version.starts_with("HTTP/1") && !offers_h3 {
        add(
            found,
            secure,
            Confidence::High,
            "The server agrees on HTTP/1.1 only",
            "HTTP/2 was offered in the handshake and not taken",
        );
    }
}
