//! `csrf-check-switched-off`: session authentication of an API that asks for no CSRF token.

use super::ask::is_judged;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{ClassRef, ExprKind, FunctionId, Module, Stmt, StmtKind};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("csrf-check-switched-off"),
        title: "Session authentication asks for no CSRF token",
        severity: Severity::High,
        tip: Tip::Csrf,
        cwe: &[352],
        django_checks: &[],
        consequence: "Any site can make a visitor's browser call the API with the visitor's session.",
        advice: "Leave `enforce_csrf` alone and send the token with the request; or authenticate by a token header instead of the session.",
        since: "0.1.0",
        page: include_str!("csrf_check_switched_off.md"),
    },
    check: Check::Module(check),
};

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) {
        return;
    }
    for (at, function) in module.functions.iter().enumerate() {
        let name = project.code.text(function.name);
        let Some(class) = function.class else { continue };
        if name != "enforce_csrf" || !function.body.iter().all(|statement| does_nothing(module, statement)) {
            continue;
        }
        let facts = project.code.class_facts(ClassRef { module: module.id, class });
        let is_session = facts.is_some_and(|facts| {
            facts.has_unknown_base || facts.external_bases.iter().any(|base| base.ends_with("Authentication"))
        });
        if is_session {
            let class = project.code.text(module.class(class).name);
            found.at(
                module.function_span(FunctionId(at as u32)),
                Confidence::High,
                format!("`{class}` takes the session without a CSRF token"),
            );
        }
    }
}

fn does_nothing(module: &Module, statement: &Stmt) -> bool {
    match &statement.kind {
        StmtKind::Pass => true,
        StmtKind::Return(None) => true,
        StmtKind::Return(Some(value)) => {
            matches!(module.expr(*value), ExprKind::None | ExprKind::Bool(_))
        }
        StmtKind::Expr(value) => matches!(module.expr(*value), ExprKind::Text(_) | ExprKind::Ellipsis),
        _ => false,
    }
}
