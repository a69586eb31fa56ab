//! `live-foreign-origin-accepted`: a post with a foreign Origin is taken.

use super::{add, asked};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::html::forms;
use barding_live::site::{Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-foreign-origin-accepted"),
        title: "A post with a foreign Origin is taken",
        severity: Severity::Medium,
        tip: Tip::Csrf,
        cwe: &[346, 352],
        django_checks: &[],
        consequence: "Where an attacker can plant a cookie (a subdomain, plain HTTP), the token alone does not stop him.",
        advice: "Django 4.0 or newer compares the `Origin`; keep wildcards out of `CSRF_TRUSTED_ORIGINS`.",
        since: "0.1.0",
        page: include_str!("live_foreign_origin_accepted.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    for exchange in asked(site, Purpose::PostFromElsewhere, found) {
        // The form comes back with errors: the view was asked.
        if exchange.is_success() && forms(&exchange.body).iter().any(|form| form.has_password()) {
            add(
                found,
                exchange,
                Confidence::Medium,
                "The login form takes a post with the `Origin` of another site",
                "the form came back, so the view was asked",
            );
        }
    }
}
