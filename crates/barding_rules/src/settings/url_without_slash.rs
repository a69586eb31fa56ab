//! `url-without-slash`: MEDIA_URL or STATIC_URL lacks its last slash.

use crate::ask::{ask, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("url-without-slash"),
        title: "MEDIA_URL or STATIC_URL lacks its last slash",
        severity: Severity::Low,
        tip: Tip::LiveSettings,
        cwe: &[1188],
        django_checks: &["urls.E006"],
        consequence: "Addresses of files are glued together wrongly, and `manage.py check` fails.",
        advice: "End the setting with a slash: `\"/media/\"`.",
        since: "0.1.0",
        page: include_str!("url_without_slash.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    for name in ["MEDIA_URL", "STATIC_URL"] {
        let answer = ask(settings, |on| {
            on.ask(name, Truth::No, |url| text_is(url, |url| !url.is_empty() && !url.ends_with('/')))
        });
        answer.report(
            found,
            settings,
            name,
            format!("sets {name} without a slash at its end"),
            &["urls.E006"],
        );
    }
}
