//! `editor-link-unchecked`: a link from the rich text editor keeps whatever scheme it has.

use super::ask::{is_judged, walk};
use super::reading::whole;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{ExprId, ExprKind, FunctionId, Module, StmtKind};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("editor-link-unchecked"),
        title: "A link from the rich text editor keeps its scheme",
        severity: Severity::Medium,
        tip: Tip::Xss,
        cwe: &[79, 83],
        django_checks: &[],
        consequence: "An editor who writes the request by hand stores a link `javascript:…`, which runs in the session of whoever follows it, an administrator say.",
        advice: "Let through what `urlsplit(url).scheme` finds in a list: http, https, mailto, tel.",
        since: "0.1.0",
        page: include_str!("editor_link_unchecked.md"),
    },
    check: Check::Module(check),
};

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) || !module.file.text.contains("draftjs_exporter") {
        return;
    }
    for at in 1..module.functions.len() {
        let function = FunctionId(at as u32);
        if !whole(module, function).contains("create_element(") {
            continue;
        }
        walk(&module.function(function).body, &mut |statement| {
            let StmtKind::Assign { targets, value } = &statement.kind else { return };
            let link = targets.iter().any(|target| match module.expr(*target) {
                ExprKind::Subscript(_, key) => is_href(module, *key),
                _ => false,
            });
            if link && is_property(project, module, function, *value) {
                tell(found, module, *value);
            }
        });
        for expr in module.expressions_within(function) {
            let ExprKind::Dict(entries) = module.expr(expr) else { continue };
            for (key, value) in entries.iter() {
                if key.is_some_and(|key| is_href(module, key))
                    && is_property(project, module, function, *value)
                {
                    tell(found, module, *value);
                }
            }
        }
    }
}

fn tell(found: &mut Findings<'_>, module: &Module, value: ExprId) {
    found.at(
        module.span(value),
        Confidence::Medium,
        "The address of this link comes from the editor, and nothing looks at its scheme",
    );
}

fn is_href(module: &Module, key: ExprId) -> bool {
    matches!(module.expr(key), ExprKind::Text(text) if &**text == "href")
}

/// `props["url"]` and `props.get("url")`, where `props` is what the exporter hands to the function.
fn is_property(project: &Project, module: &Module, function: FunctionId, value: ExprId) -> bool {
    let bag = match module.expr(value) {
        ExprKind::Subscript(bag, _) => *bag,
        ExprKind::Call(call) => match module.expr(call.callee) {
            ExprKind::Attribute(bag, get) if project.code.text(*get) == "get" => *bag,
            _ => return false,
        },
        _ => return false,
    };
    let ExprKind::Name(name) = module.expr(bag) else { return false };
    module.function(function).parameters.iter().any(|parameter| parameter.name == *name)
}
