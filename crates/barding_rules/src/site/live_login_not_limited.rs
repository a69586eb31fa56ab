//! `live-login-not-limited`: nothing shows that logins are limited.

use super::add;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_live::site::Site;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("live-login-not-limited"),
        title: "Nothing shows that logins are limited",
        severity: Severity::Info,
        tip: Tip::Checkup,
        cwe: &[307],
        django_checks: &[],
        consequence: "Passwords may be guessed as fast as the server answers.",
        advice: "django-axes or django-ratelimit, or nginx `limit_req`.",
        since: "0.1.0",
        page: include_str!("live_login_not_limited.md"),
    },
    check: Check::Site(check),
};

fn check(site: &Site, found: &mut Findings<'_>) {
    let pages = site.login_pages();
    let Some((page, _)) = pages.first() else { return found.nothing_to_judge("no login form was seen") };
    let marks = ["captcha", "turnstile", "axes", "hcaptcha"];
    let of_header = ["retry-after", "x-ratelimit-limit", "ratelimit-limit", "ratelimit"]
        .iter()
        .any(|name| page.header(name).is_some());
    if !of_header && !marks.iter().any(|mark| page.body.to_ascii_lowercase().contains(mark)) {
        add(
            found,
            page,
            Confidence::Low,
            "Nothing on the login page shows a limit on attempts",
            "no captcha, no header that announces a limit",
        );
    }
}
