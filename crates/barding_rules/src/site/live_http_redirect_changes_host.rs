//! `live-http-redirect-changes-host`: The redirect from plain HTTP changes the host first.

use super::{add, cut, header};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-http-redirect-changes-host"),
        title: "The redirect from plain HTTP changes the host first",
        severity: Severity::Medium,
        tip: Tip::Https,
        cwe: &[319],
        django_checks: &[],
        consequence: "The first host never gets to say `Strict-Transport-Security`, so its visitors stay open to a forged answer for ever.",
        advice: "Redirect in two steps: first from `http://` to `https://` on the same host, then from there to the canonical host.",
        since: "0.1.0",
        page: include_str!("live_http_redirect_changes_host.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let Some(plain) = site.http_front() else { return found.nothing_to_judge("plain HTTP gave no answer") };
    let Some(next) = plain.redirects_to() else {
        return found.nothing_to_judge("plain HTTP does not redirect");
    };
    if next.host != plain.url().host {
        let message =
            format!("Plain HTTP of {} is sent to {} at once", plain.url().host, cut(&next.origin(), 80));
        add(found, plain, Confidence::High, message, header(plain, "Location"));
    }
}
