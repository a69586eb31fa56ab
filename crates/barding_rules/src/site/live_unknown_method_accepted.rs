//! `live-unknown-method-accepted`: a method that does not exist is answered as GET.

use super::{add, asked};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-unknown-method-accepted"),
        title: "A method that does not exist is answered as GET",
        severity: Severity::Info,
        tip: Tip::Csrf,
        cwe: &[650],
        django_checks: &[],
        consequence: "Rules of a proxy that name methods can be gone around.",
        advice: "`@require_safe` or `@require_http_methods` on function views, or class-based views.",
        since: "0.1.0",
        page: include_str!("live_unknown_method_accepted.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    for exchange in asked(site, Purpose::OddMethod, found) {
        if exchange.is_success() {
            add(found, exchange, Confidence::High, "The method `BARDING` is answered like GET", "");
        }
    }
}
