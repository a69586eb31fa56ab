//! `csrf-trusted-origin-malformed`: A trusted origin for CSRF can never match.

use crate::ask::{any_item, ask, text_is};
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, Series, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("csrf-trusted-origin-malformed"),
        title: "A trusted origin for CSRF can never match",
        severity: Severity::Low,
        tip: Tip::Csrf,
        cwe: &[346],
        django_checks: &["4_0.E001"],
        consequence: "Requests from that origin are refused, and since Django 4.0 `manage.py check` fails.",
        advice: "Since Django 4.0 write scheme and host, `https://shop.example`; up to 3.2 the host alone.",
        since: "0.1.0",
        page: include_str!("csrf_trusted_origin_malformed.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let without_scheme =
        |value: &Value| any_item(value, |item| text_is(item, |origin| !origin.contains("://")));
    let with_scheme = |value: &Value| any_item(value, |item| text_is(item, |origin| origin.contains("://")));
    let newer = ask(settings, |on| match on.series {
        series if series < Series::V4_0 => Truth::No,
        _ => on.ask("CSRF_TRUSTED_ORIGINS", Truth::No, without_scheme),
    });
    let says = "has an entry without scheme in CSRF_TRUSTED_ORIGINS";
    if newer.report(found, settings, "CSRF_TRUSTED_ORIGINS", says, &["4_0.E001"]).is_some() {
        return;
    }
    let older = ask(settings, |on| match on.series {
        series if series >= Series::V4_0 => Truth::No,
        _ => on.ask("CSRF_TRUSTED_ORIGINS", Truth::No, with_scheme),
    });
    older.report(
        found,
        settings,
        "CSRF_TRUSTED_ORIGINS",
        "has an entry with a scheme in CSRF_TRUSTED_ORIGINS",
        &[],
    );
}
