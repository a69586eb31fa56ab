//! `live-post-without-token`: a post without a token is taken.

use super::{add, asked};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Purpose, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-post-without-token"),
        title: "A post without a token is taken",
        severity: Severity::High,
        tip: Tip::Csrf,
        cwe: &[352],
        django_checks: &[],
        consequence: "A page of somebody else can post in the name of a visitor.",
        advice: "`django.middleware.csrf.CsrfViewMiddleware` in MIDDLEWARE, and no `@csrf_exempt` on the view.",
        since: "0.1.0",
        page: include_str!("live_post_without_token.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    for exchange in asked(site, Purpose::PostWithoutToken, found) {
        let is_taken = exchange.is_success() || (301..=303).contains(&exchange.status);
        // A site of another kind may refuse in words; only Django's own form is known to need a token.
        let had_token = site.login_pages().iter().any(|(page, form)| {
            let action = page.url().join(&form.action);
            form.token().is_some() && action.is_some_and(|action| action.path() == exchange.path())
        });
        if is_taken && exchange.redirects_to().is_none_or(|next| next.path() == exchange.path().as_str()) {
            let confidence = if had_token { Confidence::High } else { Confidence::Medium };
            add(
                found,
                exchange,
                confidence,
                "The login form takes a post without a token",
                "a protected form of Django answers 403",
            );
        }
    }
}
