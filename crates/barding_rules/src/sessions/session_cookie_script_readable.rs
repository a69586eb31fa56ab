//! `session-cookie-script-readable`: scripts can read the session cookie.

use crate::ask::{On, ask};
use crate::names;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, Series, SettingsModule, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("session-cookie-script-readable"),
        title: "Scripts can read the session cookie",
        severity: Severity::Medium,
        tip: Tip::Xss,
        cwe: &[1004],
        django_checks: &["security.W013", "security.W014", "security.W015"],
        consequence: "One injected script is enough to take every visitor's session away.",
        advice: "Remove `SESSION_COOKIE_HTTPONLY`; its default is True.",
        since: "0.1.0",
        page: include_str!("session_cookie_script_readable.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let both = ask(settings, |on| {
        off(on).and(on.lists(names::SESSION)).and(on.contains("INSTALLED_APPS", names::SESSIONS_APP))
    });
    let middleware = ask(settings, |on| {
        off(on).and(on.lists(names::SESSION)).and(!on.contains("INSTALLED_APPS", names::SESSIONS_APP))
    });
    let app = ask(settings, |on| {
        off(on).and(!on.lists(names::SESSION)).and(on.contains("INSTALLED_APPS", names::SESSIONS_APP))
    });
    let says = "lets scripts read the session cookie: SESSION_COOKIE_HTTPONLY is not True";
    for (answer, check) in [(both, "security.W015"), (middleware, "security.W014"), (app, "security.W013")] {
        if answer.report(found, settings, NAME, says, &[check]).is_some() {
            return;
        }
    }
}

const NAME: &str = "SESSION_COOKIE_HTTPONLY";

/// Up to Django 4.0 any true value counts as on, from 4.1 on only `True` itself.
fn off(on: On<'_>) -> Truth {
    if on.series < Series::V4_1 { !on.is_truthy(NAME) } else { !on.is_true(NAME) }
}
