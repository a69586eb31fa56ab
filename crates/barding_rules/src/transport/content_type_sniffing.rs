//! `content-type-sniffing`: browsers may guess content types.

use crate::ask::ask;
use crate::names;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, SettingsModule};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("content-type-sniffing"),
        title: "Browsers may guess content types",
        severity: Severity::Medium,
        tip: Tip::Xss,
        cwe: &[430, 79],
        django_checks: &["security.W006"],
        consequence: "A browser may take an uploaded text or picture for HTML and run the scripts in it.",
        advice: "Set `SECURE_CONTENT_TYPE_NOSNIFF = True`; it is the default since Django 3.0.",
        since: "0.1.0",
        page: include_str!("content_type_sniffing.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let answer =
        ask(settings, |on| on.lists(names::SECURITY).and(!on.is_true("SECURE_CONTENT_TYPE_NOSNIFF")));
    let says = "sends no `X-Content-Type-Options: nosniff`: SECURE_CONTENT_TYPE_NOSNIFF is not True";
    answer.report(found, settings, "SECURE_CONTENT_TYPE_NOSNIFF", says, &["security.W006"]);
}
