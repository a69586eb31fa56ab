//! `csp-invalid`: A Content-Security-Policy setting is not a dictionary.

use crate::ask::ask;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::{Project, Series, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("csp-invalid"),
        title: "A Content-Security-Policy setting is not a dictionary",
        severity: Severity::Medium,
        tip: Tip::Xss,
        cwe: &[693],
        django_checks: &["security.E026"],
        consequence: "No policy is sent, and `manage.py check` fails.",
        advice: "Write a dictionary from directive to sources: `{\"default-src\": [CSP.SELF]}`.",
        since: "0.1.0",
        page: include_str!("csp_invalid.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, _project: &Project, found: &mut Findings<'_>) {
    let not_dict = |value: &Value| match value {
        Value::None | Value::Dict(_) => Truth::No,
        Value::Text(_)
        | Value::List(_)
        | Value::Tuple(_)
        | Value::Set(_)
        | Value::Bool(_)
        | Value::Int(_) => Truth::Yes,
        _ => Truth::Maybe,
    };
    for name in ["SECURE_CSP", "SECURE_CSP_REPORT_ONLY"] {
        let answer = ask(settings, |on| match on.series {
            series if series < Series::V6_0 => Truth::No,
            _ => on.ask(name, Truth::No, not_dict),
        });
        answer.report(
            found,
            settings,
            name,
            format!("sets {name} to something that is not a dictionary"),
            &["security.E026"],
        );
    }
}
