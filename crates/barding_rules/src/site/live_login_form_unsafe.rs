//! `live-login-form-unsafe`: a login form sends the password where it should not.

use super::{add, cut};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::{Exchange, Site};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-login-form-unsafe"),
        title: "A login form sends the password where it should not",
        severity: Severity::High,
        tip: Tip::Https,
        cwe: &[598, 319, 522],
        django_checks: &[],
        consequence: "The password ends up in addresses and logs, in the clear, or with somebody else.",
        advice: "`method=\"post\"` and an action on the site itself over HTTPS; `django.contrib.auth.views.LoginView` does both.",
        since: "0.1.0",
        page: include_str!("live_login_form_unsafe.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let pages = site.login_pages();
    if pages.is_empty() {
        return found.nothing_to_judge("no login form was seen");
    }
    for (page, form) in pages {
        let Some(action) = page.url().join(&form.action) else { continue };
        let what = match () {
            () if form.method == "get"
                && form.fields.iter().any(|field| field.kind == "password" && !field.name.is_empty())
                && !has_script(page) =>
            {
                "A login form sends the password in the address"
            }
            () if page.is_secure() && !action.is_secure => "A login form sends the password over plain HTTP",
            () => continue,
        };
        let severity = if form.method == "get" { Severity::High } else { Severity::Critical };
        add(
            found,
            page,
            Confidence::High,
            what,
            format!("method `{}`, action `{}`", form.method, cut(&form.action, 100)),
        )
        .severity(severity);
    }
}

/// A form without a method may be sent by a script, which the page's HTML does not show.
fn has_script(page: &Exchange) -> bool {
    page.body.contains("<script")
}
