//! `live-form-without-token`: a form posts without a token.

use super::{add, cut};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-form-without-token"),
        title: "A form posts without a token",
        severity: Severity::Medium,
        tip: Tip::Csrf,
        cwe: &[352],
        django_checks: &[],
        consequence: "Either the form does not work, or the view behind it is exempt from CSRF protection.",
        advice: "`{% csrf_token %}` in every form that posts to the site itself.",
        since: "0.1.0",
        page: include_str!("live_form_without_token.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let is_django = site.cookies().iter().any(|(cookie, _)| cookie.bare_name() == "csrftoken")
        || site.page_forms().iter().any(|(_, forms)| forms.iter().any(|form| form.token().is_some()))
        || site.admin_login().is_some();
    let mut seen_any = false;
    for (page, forms) in site.page_forms() {
        for form in forms.iter().filter(|form| form.method == "post") {
            let own = page.url().join(&form.action).is_some_and(|action| action.same_origin(&page.url()));
            if !own {
                continue;
            }
            seen_any = true;
            let by_script = page.body.contains("X-CSRFToken") || page.body.contains("hx-headers");
            let has_other = form.fields.iter().any(|field| {
                field.kind == "hidden" && {
                    let name = field.name.to_ascii_lowercase();
                    name.contains("csrf") || name.contains("token") || name.contains("nonce")
                }
            });
            if is_django && form.token().is_none() && !by_script && !has_other {
                let action = if form.action.is_empty() { page.path() } else { form.action.clone() };
                add(
                    found,
                    page,
                    Confidence::Medium,
                    format!("The form that posts to `{}` has no token", cut(&action, 80)),
                    "there is no field `csrfmiddlewaretoken` in it",
                );
            }
        }
    }
    if !seen_any {
        found.nothing_to_judge("no form that posts to the site was seen");
    }
}
