//! `xss-filter-missing`: the X-XSS-Protection header is not sent.

use crate::ask::ask;
use crate::names;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, Series, SettingsModule, Truth};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("xss-filter-missing"),
        title: "The X-XSS-Protection header is not sent",
        severity: Severity::Info,
        tip: Tip::Xss,
        cwe: &[79],
        django_checks: &["security.W007"],
        consequence: "Only browsers of that time look at the header.",
        advice: "Set `SECURE_BROWSER_XSS_FILTER = True`, or better: upgrade, for Django 2.2 has had no security fixes since 2022.",
        since: "0.1.0",
        page: include_str!("xss_filter_missing.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let answer = ask(settings, |on| match on.series {
        Series::V1_11 | Series::V2_0 | Series::V2_1 | Series::V2_2 => {
            on.lists(names::SECURITY).and(!on.is_true("SECURE_BROWSER_XSS_FILTER"))
        }
        _ => Truth::No,
    });
    let says = "does not set SECURE_BROWSER_XSS_FILTER to True";
    answer.report(found, settings, "SECURE_BROWSER_XSS_FILTER", says, &["security.W007"]);
}
