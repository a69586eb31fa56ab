//! `drift-redirect-twice`: The redirect to HTTPS is made twice.

use super::{add, header, promised};
use crate::names;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("drift-redirect-twice"),
        title: "The redirect to HTTPS is made twice",
        severity: Severity::Info,
        tip: Tip::Https,
        cwe: &[],
        django_checks: &[],
        consequence: "Nobody knows which of the two holds when one is changed.",
        advice: "Keep the one of the web server, and `SECURE_SSL_REDIRECT` only where Django is reached without it.",
        since: "0.1.0",
        page: include_str!("drift_redirect_twice.md"),
    },
    check: Check::Drift(check),
};

fn check(site: &Site, project: &Project, found: &mut Findings<'_>) {
    let Some(plain) = site.http_front() else { return found.nothing_to_judge("plain HTTP gave no answer") };
    let of_server = ["<center>nginx", "<address>Apache", "<center>openresty"]
        .iter()
        .any(|mark| plain.body.contains(mark));
    let redirects = plain.redirects_to().is_some_and(|next| next.is_secure);
    if redirects
        && of_server
        && promised::all_say(project, |on| on.lists(names::SECURITY).and(on.is_truthy("SECURE_SSL_REDIRECT")))
    {
        let message = "The web server redirects to HTTPS, and `SECURE_SSL_REDIRECT` would as well";
        let finding = add(found, plain, Confidence::Medium, message, header(plain, "Location"));
        finding.because(promised::place(project, "SECURE_SSL_REDIRECT"));
    }
}
