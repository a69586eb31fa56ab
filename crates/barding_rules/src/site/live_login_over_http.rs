//! `live-login-over-http`: a login form is served over plain HTTP.

use super::{add, cut};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;
use barding_live::site::html::forms;
use std::collections::BTreeSet;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-login-over-http"),
        title: "A login form is served over plain HTTP",
        severity: Severity::Critical,
        tip: Tip::Https,
        cwe: &[319, 523],
        django_checks: &[],
        consequence: "Names and passwords can be read on the way, and the form can be changed to send them elsewhere.",
        advice: "`SECURE_SSL_REDIRECT = True`, or a port 80 that does nothing but redirect.",
        since: "0.1.0",
        page: include_str!("live_login_over_http.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let mut seen_any = false;
    let mut paths = BTreeSet::new();
    for exchange in site
        .answers()
        .filter(|exchange| exchange.is_success() && exchange.is_html() && exchange.wall().is_none())
    {
        let has_password = forms(&exchange.body).iter().any(|form| form.has_password());
        seen_any |= has_password;
        if has_password && !exchange.is_secure() && paths.insert(exchange.path()) {
            add(
                found,
                exchange,
                Confidence::High,
                format!("{} asks for a password over plain HTTP", cut(&exchange.path(), 80)),
                "the page has a password field",
            );
        }
    }
    if !seen_any {
        found.nothing_to_judge("no login form was seen");
    }
}
