//! `mailer-default-missing`: MAILERS has no default entry.

use crate::ask::ask;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, Series, SettingsModule, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("mailer-default-missing"),
        title: "MAILERS has no default entry",
        severity: Severity::Low,
        tip: Tip::LiveSettings,
        cwe: &[1188],
        django_checks: &["mail.W001"],
        consequence: "Mail sent without naming a mailer fails.",
        advice: "Add a `default` entry to `MAILERS`.",
        since: "0.1.0",
        page: include_str!("mailer_default_missing.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let answer = ask(settings, |on| match on.series {
        series if series < Series::V6_1 => Truth::No,
        _ => on.is_set("MAILERS").and(!on.contains("MAILERS", "default")),
    });
    answer.report(found, settings, "MAILERS", "has no `default` entry in MAILERS", &["mail.W001"]);
}
