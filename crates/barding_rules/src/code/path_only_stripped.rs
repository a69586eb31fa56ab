//! `path-only-stripped`: a path loses its first slash and keeps its `..`.

use super::ask::{is_judged, is_started_by_hand};
use super::reading::whole;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{BinaryOp, ExprId, ExprKind, FunctionId, Module};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("path-only-stripped"),
        title: "A path loses its first slash and keeps its dots",
        severity: Severity::Medium,
        tip: Tip::Uploads,
        cwe: &[22, 23],
        django_checks: &[],
        consequence: "`../` in the middle or at the beginning leads out of the folder, to any file the server may read or write.",
        advice: "Resolve the joined path and compare: `path.resolve().is_relative_to(base.resolve())`.",
        since: "0.1.0",
        page: include_str!("path_only_stripped.md"),
    },
    check: Check::Module(check),
};

/// Words of code that compares a path with its folder, or cleans it.
const LOOKS: &[&str] = &[
    "resolve(",
    "realpath(",
    "abspath(",
    "relative_to(",
    "safe_join(",
    "commonpath(",
    "normpath(",
    "\"..\"",
    "'..'",
    "basename(",
    ".name\n",
    "secure_filename(",
    "get_valid_filename(",
    "settings.",
    "staticfiles",
    "storage",
];

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) && !is_started_by_hand(module) {
        return;
    }
    for at in 1..module.functions.len() {
        let function = FunctionId(at as u32);
        let text = whole(module, function);
        let opens = ["open(", "write_bytes(", "write_text(", "read_bytes(", "read_text("]
            .iter()
            .any(|call| text.contains(call));
        if !opens || !text.contains(".lstrip(") || LOOKS.iter().any(|word| text.contains(word)) {
            continue;
        }
        for expr in module.expressions_within(function) {
            if joins(project, module, function, expr) {
                found.at(
                    module.span(expr),
                    Confidence::Low,
                    "This path is put below a folder without its first slash, and may still climb out of it",
                );
            }
        }
    }
}

/// `base / path.lstrip("/")` and `os.path.join(base, path.lstrip("/"))` of a path that the caller gives.
fn joins(project: &Project, module: &Module, function: FunctionId, expr: ExprId) -> bool {
    let stripped = |part: ExprId| {
        let ExprKind::Call(call) = module.expr(part) else { return false };
        let ExprKind::Attribute(base, method) = module.expr(call.callee) else { return false };
        let ExprKind::Name(name) = module.expr(*base) else { return false };
        project.code.text(*method) == "lstrip"
            && call.arguments.first().is_some_and(
                |argument| matches!(module.expr(argument.value), ExprKind::Text(text) if text.contains('/')),
            )
            && module.function(function).parameters.iter().any(|parameter| parameter.name == *name)
    };
    match module.expr(expr) {
        ExprKind::Binary(BinaryOp::Divide, _, right) => stripped(*right),
        ExprKind::Call(call) => {
            module.source(call.callee).ends_with("path.join")
                && call.arguments.iter().skip(1).any(|argument| stripped(argument.value))
        }
        _ => false,
    }
}
