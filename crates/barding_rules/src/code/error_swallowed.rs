//! `error-swallowed`: every error is caught and forgotten.

use super::ask::{every_statement, is_judged};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{ExprKind, Module, StmtKind};
use barding_source::Span;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("error-swallowed"),
        title: "Every error is caught and forgotten",
        severity: Severity::Info,
        tip: Tip::LogPrivacy,
        cwe: &[703, 390],
        django_checks: &[],
        consequence: "An attack, a failed check or a broken rule of access passes without a trace.",
        advice: "Catch the one error that is expected, and log the rest.",
        since: "0.1.0",
        page: include_str!("error_swallowed.md"),
    },
    check: Check::Module(check),
};

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) {
        return;
    }
    every_statement(module, |statement, _| {
        let StmtKind::Try { handlers, .. } = &statement.kind else { return };
        for handler in handlers {
            let everything = match handler.catches {
                None => true,
                Some(caught) => matches!(module.source(caught), "Exception" | "BaseException"),
            };
            let forgotten = handler.body.iter().all(|statement| match &statement.kind {
                StmtKind::Pass | StmtKind::Continue => true,
                StmtKind::Expr(expr) => matches!(module.expr(*expr), ExprKind::Text(_) | ExprKind::Ellipsis),
                _ => false,
            });
            let Some(first) = handler.body.first().filter(|_| everything && forgotten) else { continue };
            let start = handler.catches.map_or(first.start, |caught| module.span(caught).start);
            found.at(
                Span::new(module.file.id, start, first.end),
                Confidence::Low,
                "Every error is caught here and nothing is done",
            );
        }
    });
}
