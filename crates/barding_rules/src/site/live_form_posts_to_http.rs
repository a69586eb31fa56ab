//! `live-form-posts-to-http`: a form sends over plain HTTP.

use super::{add, cut};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-form-posts-to-http"),
        title: "A form sends over plain HTTP",
        severity: Severity::High,
        tip: Tip::Https,
        cwe: &[319],
        django_checks: &[],
        consequence: "What is typed can be read on the way.",
        advice: "A relative action; `SECURE_PROXY_SSL_HEADER` where `build_absolute_uri` makes the address.",
        since: "0.1.0",
        page: include_str!("live_form_posts_to_http.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let forms = site.page_forms();
    if forms.is_empty() {
        return found.nothing_to_judge("no form was seen");
    }
    for (page, forms) in forms.into_iter().filter(|(page, _)| page.is_secure()) {
        for form in forms {
            if page.url().join(&form.action).is_some_and(|action| !action.is_secure) {
                let severity = if form.has_password() { Severity::Critical } else { Severity::High };
                add(
                    found,
                    page,
                    Confidence::High,
                    format!("A form sends to `{}`", cut(&form.action, 100)),
                    format!("it is on {}", cut(&page.path(), 80)),
                )
                .severity(severity);
            }
        }
    }
}
