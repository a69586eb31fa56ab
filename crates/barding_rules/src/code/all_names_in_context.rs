//! `all-names-in-context`: a template gets locals() or globals() as its context.

use super::ask::is_judged;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{ExprKind, Module};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("all-names-in-context"),
        title: "A template is given every name of the function or module",
        severity: Severity::Low,
        tip: Tip::Xss,
        cwe: &[200, 668],
        django_checks: &[],
        consequence: "Templates, and whoever edits them, see settings, models and secrets that were not meant for them.",
        advice: "Name what the template needs: `{'order': order}`.",
        since: "0.1.0",
        page: include_str!("all_names_in_context.md"),
    },
    check: Check::Module(check),
};

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) {
        return;
    }
    for call in project.code.calls_of(module) {
        let renders = matches!(
            call.last_name(),
            Some(
                "render"
                    | "render_to_string"
                    | "render_to_response"
                    | "TemplateResponse"
                    | "Context"
                    | "RequestContext"
            )
        );
        if !renders {
            continue;
        }
        for argument in &call.syntax().arguments {
            let ExprKind::Call(inner) = module.expr(argument.value) else { continue };
            let ExprKind::Name(name) = module.expr(inner.callee) else { continue };
            match project.code.text(*name) {
                "globals" => {
                    found.at(call.span(), Confidence::Medium, "The template sees every name of the module")
                }
                "locals" => {
                    found.at(call.span(), Confidence::Low, "The template sees every name of the function")
                }
                _ => continue,
            };
        }
    }
}
