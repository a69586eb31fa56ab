//! `access-decided-by-client`: a condition trusts a cookie, a parameter or a header that names a right.

use super::ask::{every_statement, is_equality, is_judged, is_literal, is_started_by_hand, words};
use super::reading::{given, read};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{ExprId, ExprKind, FunctionId, Module, StmtKind};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("access-decided-by-client"),
        title: "The visitor says what they may do",
        severity: Severity::High,
        tip: Tip::Csrf,
        cwe: &[565, 302, 807, 639],
        django_checks: &[],
        consequence: "Whoever sets the cookie, the parameter or the header is let in.",
        advice: "Decide by `request.user` and its permissions, or by a signed cookie: `request.get_signed_cookie(...)`.",
        since: "0.1.0",
        page: include_str!("access_decided_by_client.md"),
    },
    check: Check::Module(check),
};

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) || is_started_by_hand(module) {
        return;
    }
    let mut tests: Vec<(ExprId, FunctionId)> = Vec::new();
    every_statement(module, |statement, function| {
        if let StmtKind::If(branches) = &statement.kind {
            tests.extend(branches.iter().filter_map(|(test, _)| *test).map(|test| (test, function)));
        }
    });
    for (test, function) in tests {
        if function == FunctionId::BODY {
            continue;
        }
        let Some(part) = decides(module, test) else { continue };
        let Some(told) = read(project, module, given(module, function, part)) else { continue };
        let header = matches!(told.bag, "META" | "headers");
        if !names_right(told.key, header) {
            continue;
        }
        found.at(
            module.span(test),
            Confidence::Low,
            format!("`{}` comes from the visitor and decides what they may do", told.key),
        );
    }
}

/// The value a test is about: `x`, or the left side of `x == "1"`.
fn decides(module: &Module, test: ExprId) -> Option<ExprId> {
    match module.expr(test) {
        ExprKind::Compare(left, rest) => match **rest {
            [(op, right)] if is_equality(op) && is_literal(module, right, 4) => Some(*left),
            _ => None,
        },
        ExprKind::And(items) => items.first().copied().and_then(|item| decides(module, item)),
        ExprKind::Not(inner) => decides(module, *inner),
        _ => Some(test),
    }
}

fn names_right(key: &str, header: bool) -> bool {
    let words = words(key);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let joined = words.join("_");
    let right = matches!(
        joined.as_str(),
        "admin"
            | "is_admin"
            | "isadmin"
            | "is_staff"
            | "is_superuser"
            | "superuser"
            | "logged_in"
            | "loggedin"
            | "is_logged_in"
            | "authenticated"
            | "is_authenticated"
            | "user_role"
            | "role"
    );
    if header {
        words.first().is_some_and(|word| word == "http" || word == "x")
            && has(&["admin", "role", "superuser"])
    } else {
        right
    }
}
