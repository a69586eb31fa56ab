//! `csrf-failure-view-broken`: CSRF_FAILURE_VIEW cannot be imported or cannot be called.

use crate::ask::ask;
use crate::dotted::missing_in_project;
use crate::{Check, Findings, Rule};
use barding_finding::{RuleId, RuleInfo, Severity, Tip};
use barding_project::code::{Code, Meaning, ModuleId, Parameter, ParameterHow};
use barding_project::{Project, Series, SettingsModule, Truth, Value};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("csrf-failure-view-broken"),
        title: "CSRF_FAILURE_VIEW cannot be imported or called",
        severity: Severity::Low,
        tip: Tip::Csrf,
        cwe: &[703],
        django_checks: &["security.E101", "security.E102"],
        consequence: "A request without a CSRF token ends in a server error instead of a page that says why, and `manage.py check` fails.",
        advice: "Name a view that takes `(request, reason=\"\")`.",
        since: "0.1.0",
        page: include_str!("csrf_failure_view_broken.md"),
    },
    check: Check::Settings(check),
};

fn check(settings: &SettingsModule, project: &Project, found: &mut Findings<'_>) {
    let Some(from) = project.code.module_of_file(settings.file).map(|module| module.id) else { return };
    let fault = |value: &Value| match value {
        Value::Text(path) => fault_of(&project.code, path, from),
        _ => None,
    };
    for (id, says) in [
        ("security.E102", "names a CSRF_FAILURE_VIEW that cannot be imported"),
        ("security.E101", "names a CSRF_FAILURE_VIEW that does not take `(request, reason)`"),
    ] {
        let answer = ask(settings, |on| match on.series {
            series if series < Series::V3_2 => Truth::No,
            _ => on.ask("CSRF_FAILURE_VIEW", Truth::No, |value| match value {
                Value::Text(_) => Truth::from(fault(value) == Some(id)),
                _ => Truth::Maybe,
            }),
        });
        answer.report(found, settings, "CSRF_FAILURE_VIEW", says, &[id]);
    }
}

/// Which of Django's checks fires for a path; `None` where none does or nothing is known.
fn fault_of(code: &Code, path: &str, from: ModuleId) -> Option<&'static str> {
    const FUEL: usize = 24;
    if !path.contains('.') {
        return Some("security.E102");
    }
    match code.import_meaning(path, from, FUEL) {
        Meaning::Function(function) => {
            let function = code.function(function);
            // A decorator may change what can be given.
            let plain = function.decorators.is_empty() && !function.is_generator;
            (plain && !takes_request_and_reason(code, &function.parameters)).then_some("security.E101")
        }
        Meaning::External(_) => missing_in_project(code, path, from).then_some("security.E102"),
        _ => None,
    }
}

/// `signature(view).bind(None, reason=None)`.
fn takes_request_and_reason(code: &Code, parameters: &[Parameter]) -> bool {
    let mut request_taken = false;
    let mut reason_taken = false;
    for parameter in parameters {
        match parameter.how {
            ParameterHow::Rest => request_taken = true,
            ParameterHow::RestKeywords => reason_taken = true,
            ParameterHow::PositionOnly | ParameterHow::Either if !request_taken => request_taken = true,
            ParameterHow::Either | ParameterHow::KeywordOnly if code.text(parameter.name) == "reason" => {
                reason_taken = true;
            }
            _ if parameter.default.is_none() => return false,
            _ => {}
        }
    }
    request_taken && reason_taken
}
