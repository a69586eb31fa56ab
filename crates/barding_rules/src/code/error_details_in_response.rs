//! `error-details-in-response`: the text of an exception or a traceback is sent to the visitor.

use super::ask::{every_statement, is_judged, is_started_by_hand};
use super::reading::parts;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{ArgumentHow, Call, ExprId, ExprKind, FunctionId, Module, StmtKind, Symbol};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("error-details-in-response"),
        title: "A response tells how the program failed",
        severity: Severity::Low,
        tip: Tip::LiveSettings,
        cwe: &[209, 497],
        django_checks: &[],
        consequence: "File names, queries, versions and sometimes secrets reach whoever provokes an error.",
        advice: "Log the exception, and answer with words of your own.",
        since: "0.1.0",
        page: include_str!("error_details_in_response.md"),
    },
    check: Check::Module(check),
};

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) || is_started_by_hand(module) {
        return;
    }
    let caught = broadly_caught(module, project);
    for call in project.code.calls_of(module) {
        if call.site.function == FunctionId::BODY || !answers(&call) {
            continue;
        }
        let parts: Vec<ExprId> = call
            .syntax()
            .arguments
            .iter()
            // `Response(exception=error)` of Django REST framework is a note to itself.
            .filter(|argument| match argument.how {
                ArgumentHow::Keyword(name) => {
                    !matches!(project.code.text(name), "exception" | "status" | "headers")
                }
                _ => true,
            })
            .flat_map(|argument| parts(module, call.site.function, argument.value))
            .collect();
        if parts.iter().any(|part| is_traceback(module, project, *part)) {
            found.at(call.span(), Confidence::Medium, "The traceback is sent to the visitor");
        } else if parts.iter().any(|part| {
            let at = module.span(*part).start;
            matches!(module.expr(*part), ExprKind::Name(name)
                if caught.iter().any(|(mine, from, to)| mine == name && (*from..*to).contains(&at)))
        }) {
            found.at(
                call.span(),
                Confidence::Low,
                "The text of an unexpected exception is sent to the visitor",
            );
        }
    }
}

/// Whether a call makes what the visitor gets.
fn answers(call: &Call<'_>) -> bool {
    call.name().is_some_and(|name| {
        matches!(
            &*name,
            "django.http.HttpResponse"
                | "django.http.HttpResponseServerError"
                | "django.http.HttpResponseBadRequest"
                | "django.http.HttpResponseNotFound"
                | "django.http.JsonResponse"
                | "django.http.response.HttpResponse"
                | "django.http.response.JsonResponse"
                | "rest_framework.response.Response"
        )
    })
}

fn is_traceback(module: &Module, project: &Project, expr: ExprId) -> bool {
    match module.expr(expr) {
        ExprKind::Call(call) => match module.expr(call.callee) {
            ExprKind::Name(name) | ExprKind::Attribute(_, name) => {
                matches!(project.code.text(*name), "format_exc" | "format_exception" | "format_tb")
            }
            _ => false,
        },
        _ => false,
    }
}

/// The names of exceptions that `except Exception as e` binds, with the bytes where they hold. A narrow class is one
/// whose words the author knew.
fn broadly_caught(module: &Module, project: &Project) -> Vec<(Symbol, u32, u32)> {
    let mut caught = Vec::new();
    every_statement(module, |statement, _| {
        let StmtKind::Try { handlers, .. } = &statement.kind else { return };
        for handler in handlers {
            let (Some(name), Some(catches)) = (handler.name, handler.catches) else { continue };
            let broad = match module.expr(catches) {
                ExprKind::Name(class) => matches!(project.code.text(*class), "Exception" | "BaseException"),
                _ => false,
            };
            if let (true, Some(first), Some(last)) = (broad, handler.body.first(), handler.body.last()) {
                caught.push((name, first.start, last.end));
            }
        }
    });
    caught
}
