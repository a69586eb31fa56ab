//! `error-handler-broken`: `handler404` and the like name what cannot be imported or called.

use crate::dotted::missing_in_project;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::code::{Binding, Code, FunctionRef, Module, ParameterHow, ScopeId};
use barding_project::routes::Target;
use barding_project::{Project, Series, Truth};
use barding_source::Span;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("error-handler-broken"),
        title: "A handler of errors cannot be imported or called",
        severity: Severity::Low,
        tip: Tip::LiveSettings,
        cwe: &[703],
        django_checks: &["urls.E007", "urls.E008"],
        consequence: "An error ends in a second error, so that the visitor gets a bare page and the log the wrong one; `manage.py check` fails.",
        advice: "Name a view of the project: `handler500` takes the request, the others take the request and the exception.",
        since: "0.1.0",
        page: include_str!("error_handler_broken.md"),
    },
    check: Check::Project(check),
};

fn check(project: &Project, found: &mut Findings<'_>) {
    let mut told = Vec::new();
    for table in project.routes.tables.iter().filter(|table| table.in_production != Some(Truth::No)) {
        // Django looks at the handlers of the root URLconf alone, and since 2.2.
        let checked = project.settings.iter().any(|settings| {
            table.settings.contains(&settings.name)
                && settings.django().series().is_none_or(|series| series >= Series::V2_2)
        });
        if !checked {
            continue;
        }
        for (handler, view, place) in &table.handlers {
            let Some(module) = project.code.module_of_file(place.file) else { continue };
            let fault = match view.target {
                Target::Outside if missing_in_project(&project.code, &view.name, module.id) => {
                    format!("`{handler}` names `{}`, which is not there", view.name)
                }
                Target::Function(function) => {
                    let given = if handler == "handler500" { 1 } else { 2 };
                    if takes(&project.code, function, given) {
                        continue;
                    }
                    let what = if given == 1 { "the request alone" } else { "the request and the exception" };
                    format!("`{handler}` is given {what}, which `{}` does not take", view.name)
                }
                _ => continue,
            };
            let place = set_at(&project.code, module, handler).unwrap_or(*place);
            if !told.contains(&place) {
                told.push(place);
                found.at(place, Confidence::High, fault);
            }
        }
    }
}

/// Where the URLconf sets a handler last.
fn set_at(code: &Code, module: &Module, handler: &str) -> Option<Span> {
    let bindings = module.scope(ScopeId(0)).of(code.known_symbol(handler)?);
    bindings.iter().rev().find_map(|binding| match binding {
        Binding::Assigned(value) => Some(module.span(*value)),
        _ => None,
    })
}

/// `signature(handler).bind(None, …)` with that many arguments. A decorator may change what can be given.
fn takes(code: &Code, function: FunctionRef, given: usize) -> bool {
    let function = code.function(function);
    if !function.decorators.is_empty() {
        return true;
    }
    let by_place = |how| matches!(how, ParameterHow::PositionOnly | ParameterHow::Either);
    let rest = function.parameters.iter().any(|parameter| parameter.how == ParameterHow::Rest);
    let places = function.parameters.iter().filter(|parameter| by_place(parameter.how)).count();
    let needed = function.parameters.iter().filter(|parameter| {
        parameter.default.is_none() && (by_place(parameter.how) || parameter.how == ParameterHow::KeywordOnly)
    });
    let needed_by_name = function
        .parameters
        .iter()
        .any(|parameter| parameter.how == ParameterHow::KeywordOnly && parameter.default.is_none());
    !needed_by_name && needed.count() <= given && (rest || places >= given)
}
