//! `access-test-always-true`: a test of who may enter lets everybody in.

use super::ask::is_judged;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{ExprKind, FunctionId, Module, StmtKind};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("access-test-always-true"),
        title: "A test of access lets everybody in",
        severity: Severity::High,
        tip: Tip::Csrf,
        cwe: &[862, 287],
        django_checks: &[],
        consequence: "The decorator looks like a check and is none.",
        advice: "Test something about the user: `user.is_authenticated and user.is_staff`.",
        since: "0.1.0",
        page: include_str!("access_test_always_true.md"),
    },
    check: Check::Module(check),
};

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) {
        return;
    }
    for call in project.code.calls_of(module) {
        if call.name().is_none_or(|name| name != "django.contrib.auth.decorators.user_passes_test") {
            continue;
        }
        let Some(test) = call.argument(0, "test_func") else { continue };
        let ExprKind::Lambda(lambda) = module.expr(test) else { continue };
        if returns_true(module, *lambda) {
            found.at(module.span(test), Confidence::High, "This test lets everybody in");
        }
    }
    for (at, function) in module.functions.iter().enumerate() {
        let name = project.code.text(function.name);
        let test = matches!(name, "test_func" | "has_permission");
        if test
            && function.class.is_some()
            && function.body.len() == 1
            && returns_true(module, FunctionId(at as u32))
        {
            let class = function
                .class
                .map(|class| project.code.text(module.class(class).name).to_ascii_lowercase())
                .unwrap_or_default();
            if class.contains("allow")
                || class.contains("any")
                || class.contains("public")
                || class.contains("base")
            {
                continue;
            }
            found
                .at(
                    module.function_span(FunctionId(at as u32)),
                    Confidence::Medium,
                    format!("`{name}` lets everybody in"),
                )
                .severity(Severity::Medium);
        }
    }
}

fn returns_true(module: &Module, function: FunctionId) -> bool {
    match module.function(function).body.last().map(|statement| &statement.kind) {
        Some(StmtKind::Return(Some(value))) => matches!(module.expr(*value), ExprKind::Bool(true)),
        _ => false,
    }
}
