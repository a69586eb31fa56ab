//! `markup-searched-by-case`: dangerous markup is looked for in one spelling alone.

use super::ask::{is_judged, walk};
use super::reading::whole;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{CompareOp, ExprId, ExprKind, FunctionId, Module, StmtKind};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("markup-searched-by-case"),
        title: "Dangerous markup is looked for in one spelling alone",
        severity: Severity::Medium,
        tip: Tip::Xss,
        cwe: &[178, 184, 79],
        django_checks: &[],
        consequence: "HTML does not tell `<script` from `<SCRIPT`, nor addresses `javascript:` from `JavaScript:`, so the test lets the second through.",
        advice: "Compare in lower case, and better: allow what is known to be harmless (nh3, a list of schemes) than refuse what is known to be bad.",
        since: "0.1.0",
        page: include_str!("markup_searched_by_case.md"),
    },
    check: Check::Module(check),
};

/// Beginnings of markup and of addresses that run scripts.
const DANGEROUS: &[&str] = &[
    "<script",
    "</script",
    "<iframe",
    "<object",
    "<embed",
    "<svg",
    "javascript:",
    "vbscript:",
    "data:text/html",
    "onload=",
    "onerror=",
    "onclick=",
];

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) {
        return;
    }
    for at in 1..module.functions.len() {
        let function = FunctionId(at as u32);
        let text = whole(module, function);
        if !DANGEROUS.iter().any(|word| text.contains(word)) {
            continue;
        }
        for expr in module.expressions_within(function) {
            let Some(searched) = searched(project, module, expr) else { continue };
            if is_folded(project, module, text, searched) || !refuses(module, function, expr) {
                continue;
            }
            found.at(
                module.span(expr),
                Confidence::Medium,
                "This refuses dangerous markup in lower case alone; browsers read it in any case",
            );
        }
    }
}

/// What is searched for dangerous markup: the text in `text.find("<script")` and in `"<script" in text`.
fn searched(project: &Project, module: &Module, expr: ExprId) -> Option<ExprId> {
    match module.expr(expr) {
        ExprKind::Call(call) => match module.expr(call.callee) {
            ExprKind::Attribute(base, method)
                if matches!(
                    project.code.text(*method),
                    "find" | "rfind" | "index" | "count" | "startswith"
                ) =>
            {
                is_dangerous(module, call.arguments.first()?.value).then_some(*base)
            }
            _ => None,
        },
        ExprKind::Compare(left, rest) => match &rest[..] {
            [(CompareOp::In, right)] if is_dangerous(module, *left) => Some(*right),
            _ => None,
        },
        _ => None,
    }
}

fn is_dangerous(module: &Module, expr: ExprId) -> bool {
    let begins = |text: &str| DANGEROUS.iter().any(|word| text.trim_start().starts_with(word));
    match module.expr(expr) {
        ExprKind::Text(text) => begins(text),
        ExprKind::Bytes(bytes) => std::str::from_utf8(bytes).is_ok_and(begins),
        ExprKind::Tuple(items) => items.iter().any(|item| is_dangerous(module, *item)),
        _ => false,
    }
}

/// Whether the text was brought to one case before: where it is searched, or where its name was given a value.
fn is_folded(project: &Project, module: &Module, function: &str, searched: ExprId) -> bool {
    let folds = |text: &str| text.contains("lower(") || text.contains("casefold(") || text.contains("upper(");
    let name = match module.expr(searched) {
        ExprKind::Name(name) => project.code.text(*name),
        ExprKind::Attribute(..) | ExprKind::Subscript(..) => module.source(searched),
        _ => return folds(module.source(searched)),
    };
    function.lines().any(|line| {
        let line = line.trim_start();
        folds(line) && line.contains(name)
    })
}

/// Whether finding it makes the function raise, or answer no.
fn refuses(module: &Module, function: FunctionId, expr: ExprId) -> bool {
    let inner = module.span(expr);
    let mut refuses = false;
    walk(&module.function(function).body, &mut |statement| {
        let StmtKind::If(branches) = &statement.kind else { return };
        for (test, body) in branches.iter() {
            let Some(test) = test.map(|test| module.span(test)) else { continue };
            let tested = test.start <= inner.start && inner.end <= test.end;
            refuses |= tested
                && body.iter().any(|statement| match &statement.kind {
                    StmtKind::Raise(_) => true,
                    StmtKind::Return(Some(value)) => {
                        matches!(module.expr(*value), ExprKind::Bool(false) | ExprKind::None)
                            || matches!(module.expr(*value), ExprKind::Text(text) if text.is_empty() || &**text == "#")
                    }
                    _ => false,
                });
        }
    });
    refuses
}
