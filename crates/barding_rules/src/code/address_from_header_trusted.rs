//! `address-from-header-trusted`: an address read from X-Forwarded-For decides who is let in.

use super::ask::{is_judged, is_started_by_hand, walk, words};
use super::reading::{parts, read};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{
    CompareOp, ExprId, ExprKind, FunctionId, FunctionRef, Meaning, Module, StmtKind, Symbol,
};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("address-from-header-trusted"),
        title: "The visitor says where they come from",
        severity: Severity::Medium,
        tip: Tip::Csrf,
        cwe: &[290, 348, 807],
        django_checks: &[],
        consequence: "Whoever sends the header has the address that is let in.",
        advice: "Take `REMOTE_ADDR`, or the entry that your own proxy wrote.",
        since: "0.1.0",
        page: include_str!("address_from_header_trusted.md"),
    },
    check: Check::Module(check),
};

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) || is_started_by_hand(module) {
        return;
    }
    for at in 1..module.functions.len() {
        let function = FunctionId(at as u32);
        for expr in module.expressions_within(function) {
            let ExprKind::Compare(left, rest) = module.expr(expr) else { continue };
            let [(op, right)] = **rest else { continue };
            let allowed = match op {
                CompareOp::Equal | CompareOp::NotEqual => {
                    matches!(module.expr(right), ExprKind::Text(text) if looks_like_address(text))
                }
                CompareOp::In | CompareOp::NotIn => is_list_of_allowed(module, project, right),
                _ => false,
            };
            if !allowed {
                continue;
            }
            let from_header = parts(module, function, *left).into_iter().any(|part| {
                read(project, module, part).is_some_and(|read| is_forwarded(read.bag, read.key))
                    || called(project, module, function, part)
                        .is_some_and(|callee| gives_forwarded(project, callee))
            });
            if from_header {
                found.at(
                    module.span(expr),
                    Confidence::Low,
                    "This address comes from a header that visitors can send themselves",
                );
            }
        }
    }
}

fn is_forwarded(bag: &str, key: &str) -> bool {
    let key = key.to_ascii_uppercase().replace('-', "_");
    let key = if bag == "headers" { format!("HTTP_{key}") } else { key };
    matches!(bag, "META" | "headers")
        && matches!(
            key.as_str(),
            "HTTP_X_FORWARDED_FOR"
                | "HTTP_X_REAL_IP"
                | "HTTP_CLIENT_IP"
                | "HTTP_X_CLIENT_IP"
                | "HTTP_TRUE_CLIENT_IP"
                | "HTTP_X_CLUSTER_CLIENT_IP"
                | "HTTP_FORWARDED"
        )
}

fn looks_like_address(text: &str) -> bool {
    text == "::1"
        || text == "localhost"
        || text.split('.').count() == 4 && text.chars().all(|c| c.is_ascii_digit() || c == '.')
}

/// A list of constants that look like addresses, or a name that speaks of allowed addresses.
fn is_list_of_allowed(module: &Module, project: &Project, expr: ExprId) -> bool {
    match module.expr(expr) {
        ExprKind::List(items) | ExprKind::Tuple(items) | ExprKind::Set(items) => items
            .iter()
            .any(|item| matches!(module.expr(*item), ExprKind::Text(text) if looks_like_address(text))),
        ExprKind::Name(name) | ExprKind::Attribute(_, name) => {
            let words = words(project.code.text(*name));
            let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
            has(&["ip", "ips", "address", "addresses", "network", "networks", "hosts"])
                && has(&[
                    "allowed",
                    "allow",
                    "whitelist",
                    "whitelisted",
                    "internal",
                    "trusted",
                    "safe",
                    "admin",
                    "permitted",
                ])
        }
        _ => false,
    }
}

/// The function of the project that an expression calls.
fn called(project: &Project, module: &Module, function: FunctionId, expr: ExprId) -> Option<FunctionRef> {
    let ExprKind::Call(call) = module.expr(expr) else { return None };
    match project.code.meaning(module.id, module.function(function).scope, call.callee)? {
        Meaning::Function(callee) | Meaning::Method(callee, _) => Some(callee),
        _ => None,
    }
}

/// Whether a function gives back what it read from such a header.
fn gives_forwarded(project: &Project, function: FunctionRef) -> bool {
    let module = project.code.module(function.module);
    let mut gives = false;
    let mut kept = Vec::new();
    walk(&module.function(function.function).body, &mut |statement| match &statement.kind {
        StmtKind::Assign { targets, value }
            if holds_forwarded(project, module, function.function, *value, &kept) =>
        {
            kept.extend(targets.iter().filter_map(|target| match module.expr(*target) {
                ExprKind::Name(name) => Some(*name),
                _ => None,
            }));
        }
        StmtKind::Return(Some(value)) => {
            gives |= holds_forwarded(project, module, function.function, *value, &kept);
        }
        _ => {}
    });
    gives
}

fn holds_forwarded(
    project: &Project,
    module: &Module,
    function: FunctionId,
    expr: ExprId,
    kept: &[Symbol],
) -> bool {
    parts(module, function, expr).into_iter().any(|part| {
        matches!(module.expr(part), ExprKind::Name(name) if kept.contains(name))
            || read(project, module, part).is_some_and(|read| is_forwarded(read.bag, read.key))
    })
}
