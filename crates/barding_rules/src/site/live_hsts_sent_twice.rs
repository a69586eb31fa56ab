//! `live-hsts-sent-twice`: hSTS is sent twice.

use super::{add, header, hsts};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-hsts-sent-twice"),
        title: "HSTS is sent twice",
        severity: Severity::Low,
        tip: Tip::Https,
        cwe: &[16],
        django_checks: &[],
        consequence: "Browsers take the first header only, and some scanners count the second as an error; which one wins depends on the order.",
        advice: "Send it in one place: `SECURE_HSTS_SECONDS` or the web server.",
        since: "0.1.0",
        page: include_str!("live_hsts_sent_twice.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let Some(secure) = hsts::answer(site, found) else { return };
    if secure.header_values("strict-transport-security").count() > 1 {
        add(
            found,
            secure,
            Confidence::High,
            "`Strict-Transport-Security` is sent more than once",
            header(secure, "Strict-Transport-Security"),
        );
    }
}
