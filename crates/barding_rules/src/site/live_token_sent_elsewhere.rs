//! `live-token-sent-elsewhere`: a token is given to another site.

use super::{add, cut};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-token-sent-elsewhere"),
        title: "A token is given to another site",
        severity: Severity::Medium,
        tip: Tip::Csrf,
        cwe: &[352, 201],
        django_checks: &[],
        consequence: "Whoever gets the token can post in the name of the visitor.",
        advice: "Leave `{% csrf_token %}` out of forms that post elsewhere, and out of forms that GET.",
        since: "0.1.0",
        page: include_str!("live_token_sent_elsewhere.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let mut seen_any = false;
    for (page, forms) in site.page_forms() {
        for form in forms.iter().filter(|form| form.token().is_some()) {
            seen_any = true;
            let Some(action) = page.url().join(&form.action) else { continue };
            if action.host != page.url().host {
                add(
                    found,
                    page,
                    Confidence::High,
                    format!("The token is sent to {}", cut(&action.origin(), 80)),
                    format!("the form's action is `{}`", cut(&form.action, 100)),
                );
            } else if form.method == "get" {
                add(
                    found,
                    page,
                    Confidence::High,
                    "The token is put into the address",
                    format!("a form with a token and the method GET leads to `{}`", cut(&form.action, 100)),
                );
            }
        }
    }
    if !seen_any {
        found.nothing_to_judge("no form with a token was seen");
    }
}
