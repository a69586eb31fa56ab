//! `drift-cookie-rewritten`: a cookie arrives other than the settings say.

use super::{add, cookie_line, cut, promised};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;
use barding_project::Project;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("drift-cookie-rewritten"),
        title: "A cookie arrives other than the settings say",
        severity: Severity::Medium,
        tip: Tip::Https,
        cwe: &[614],
        django_checks: &[],
        consequence: "Something on the way rewrites cookies, or other settings run.",
        advice: "Look what the proxy does (`proxy_cookie_flags`, `proxy_cookie_path`) and which settings module runs.",
        since: "0.1.0",
        page: include_str!("drift_cookie_rewritten.md"),
    },
    check: Check::Drift(check),
};

fn check(site: &Site, project: &Project, found: &mut Findings<'_>) {
    let mut seen_any = false;
    for (cookie, exchange) in site.cookies() {
        let kind = match cookie.name.as_str() {
            "sessionid" => "SESSION_COOKIE",
            "csrftoken" => "CSRF_COOKIE",
            _ => continue,
        };
        seen_any = true;
        let secure = format!("{kind}_SECURE");
        let http_only = format!("{kind}_HTTPONLY");
        let same_site = format!("{kind}_SAMESITE");
        let mut wrong = Vec::new();
        if !cookie.is_secure && promised::all_say(project, |on| on.is_truthy(&secure)) {
            wrong.push(secure.clone());
        }
        if !cookie.is_http_only && promised::all_say(project, |on| on.is_truthy(&http_only)) {
            wrong.push(http_only);
        }
        if cookie.same_site.is_none()
            && promised::all_say(project, |on| {
                on.equals(&same_site, "Lax").or(on.equals(&same_site, "Strict"))
            })
        {
            wrong.push(same_site);
        }
        for setting in wrong {
            let message =
                format!("`{setting}` promises what the cookie `{}` does not have", cut(&cookie.name, 40));
            let finding = add(found, exchange, Confidence::High, message, cookie_line(&cookie));
            finding.because(promised::place(project, &setting));
        }
    }
    if !seen_any {
        found.nothing_to_judge("neither the session cookie nor the CSRF cookie was set");
    }
}
