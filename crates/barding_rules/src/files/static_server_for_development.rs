//! `static-server-for-development`: the static file server runs in its development mode.

use crate::ask::ask;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("static-server-for-development"),
        title: "The static file server runs in its development mode",
        severity: Severity::Low,
        tip: Tip::LiveSettings,
        cwe: &[489],
        django_checks: &[],
        consequence: "Files are looked up anew with every request, in the folders of the source.",
        advice: "Remove the setting; it follows DEBUG by itself.",
        since: "0.1.0",
        page: include_str!("static_server_for_development.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    for name in ["WHITENOISE_AUTOREFRESH", "WHITENOISE_USE_FINDERS"] {
        let answer = ask(settings, |on| on.is_truthy(name).and(!on.is_truthy("DEBUG")));
        answer.report(
            found,
            settings,
            name,
            format!("keeps WhiteNoise in its development mode with {name}"),
            &[],
        );
    }
}
