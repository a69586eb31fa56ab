//! `session-cookie-insecure`: the session cookie also travels over plain HTTP.

use crate::ask::{On, any_item, ask, text_is};
use crate::names;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, Evidence, Role, RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, Series, SettingsModule, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("session-cookie-insecure"),
        title: "The session cookie also travels over plain HTTP",
        severity: Severity::Medium,
        tip: Tip::Https,
        cwe: &[614],
        django_checks: &["security.W010", "security.W011", "security.W012"],
        consequence: "One request over plain HTTP, to a picture even, hands the session to whoever listens.",
        advice: "Set `SESSION_COOKIE_SECURE = True`.",
        since: "0.1.0",
        page: include_str!("session_cookie_insecure.md"),
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
    let says = "sends the session cookie over plain HTTP as well: SESSION_COOKIE_SECURE is not True";
    for (answer, check) in [(both, "security.W012"), (middleware, "security.W011"), (app, "security.W010")] {
        if let Some(finding) = answer.report(found, settings, NAME, says, &[check]) {
            // A session middleware of the project's own may decide by the request.
            let own = ask(settings, |on| {
                (!on.lists(names::SESSION)).and(on.ask("MIDDLEWARE", Truth::No, |list| {
                    any_item(list, |item| text_is(item, |path| path.ends_with("SessionMiddleware")))
                }))
            });
            if own.holds() {
                finding.confidence = finding.confidence.min(Confidence::Medium);
                let words = "a session middleware that is not Django's sets the cookie, and may make it secure itself";
                finding.because([Evidence::note(Role::NotKnown, words)]);
            }
            return;
        }
    }
}

const NAME: &str = "SESSION_COOKIE_SECURE";

/// Up to Django 4.0 any true value counts as on, from 4.1 on only `True` itself.
fn off(on: On<'_>) -> Truth {
    if on.series < Series::V4_1 { !on.is_truthy(NAME) } else { !on.is_true(NAME) }
}
