//! `cookie-domain-wide`: A cookie is shared with every subdomain.

use crate::ask::{ask, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("cookie-domain-wide"),
        title: "A cookie is shared with every subdomain",
        severity: Severity::Low,
        tip: Tip::LiveSettings,
        cwe: &[1275, 384],
        django_checks: &[],
        consequence: "Any subdomain reads and sets it; one weak subdomain is enough to take sessions over.",
        advice: "Remove the setting, unless every subdomain is as trusted as the site itself.",
        since: "0.1.0",
        page: include_str!("cookie_domain_wide.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    for (name, cookie) in [("SESSION_COOKIE_DOMAIN", "session"), ("CSRF_COOKIE_DOMAIN", "CSRF")] {
        let answer = ask(settings, |on| {
            on.ask(name, Truth::No, |value| text_is(value, |domain| domain.starts_with('.')))
        });
        answer.report(found, settings, name, format!("shares the {cookie} cookie with every subdomain"), &[]);
    }
}
