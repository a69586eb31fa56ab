//! `exceptions-propagate`: exceptions escape to the application server.

use crate::ask::ask;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("exceptions-propagate"),
        title: "Exceptions escape to the application server",
        severity: Severity::Medium,
        tip: Tip::LiveSettings,
        cwe: &[209],
        django_checks: &[],
        consequence: "Some servers show the traceback to the visitor, and Django's own error page and mail are skipped.",
        advice: "Remove `DEBUG_PROPAGATE_EXCEPTIONS`; it is meant for tests.",
        since: "0.1.0",
        page: include_str!("exceptions_propagate.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let answer = ask(settings, |on| on.is_truthy("DEBUG_PROPAGATE_EXCEPTIONS"));
    answer.report(
        found,
        settings,
        "DEBUG_PROPAGATE_EXCEPTIONS",
        "lets exceptions through to the application server",
        &[],
    );
}
