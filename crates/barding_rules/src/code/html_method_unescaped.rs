//! `html-method-unescaped`: `__html__` puts fields into markup as they are.

use super::ask::is_judged;
use super::reading::whole;
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{BinaryOp, ExprId, ExprKind, FormatPart, FunctionId, Module};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("html-method-unescaped"),
        title: "An object calls its fields HTML without escaping them",
        severity: Severity::Medium,
        tip: Tip::Xss,
        cwe: &[79, 116],
        django_checks: &[],
        consequence: "Templates print what `__html__` returns as it is, so a field with markup in it runs in every page that shows the object.",
        advice: "Build the text with `format_html`.",
        since: "0.1.0",
        page: include_str!("html_method_unescaped.md"),
    },
    check: Check::Module(check),
};

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) {
        return;
    }
    for (at, definition) in module.functions.iter().enumerate() {
        if definition.class.is_none() || project.code.text(definition.name) != "__html__" {
            continue;
        }
        let function = FunctionId(at as u32);
        let text = whole(module, function);
        if ["escape", "format_html", "render", "clean", "quote", "sanit"]
            .iter()
            .any(|word| text.contains(word))
        {
            continue;
        }
        let built = module.expressions_within(function).find(|expr| builds_markup(project, module, *expr));
        if let Some(built) = built {
            found.at(
                module.span(built),
                Confidence::Medium,
                "`__html__` promises safe HTML, and this puts a field into it as it is",
            );
        }
    }
}

/// Whether fields of the object become part of a text that holds markup.
fn builds_markup(project: &Project, module: &Module, expr: ExprId) -> bool {
    let field = |value: ExprId| module.source(value).starts_with("self.");
    let markup = |text: &str| text.contains('<') && text.contains('>');
    match module.expr(expr) {
        ExprKind::Format(parts) => {
            parts.iter().any(|part| matches!(part, FormatPart::Text(text) if text.contains('<')))
                && parts.iter().any(|part| matches!(part, FormatPart::Value { value, specification } if field(*value) && !is_number(specification.as_deref())))
        }
        ExprKind::Binary(BinaryOp::Percent, left, right) => {
            matches!(module.expr(*left), ExprKind::Text(text) if markup(text) && text.contains("%s"))
                && (field(*right)
                    || matches!(module.expr(*right), ExprKind::Tuple(items) if items.iter().any(|item| field(*item))))
        }
        ExprKind::Call(call) => match module.expr(call.callee) {
            ExprKind::Attribute(base, name) if project.code.text(*name) == "format" => {
                matches!(module.expr(*base), ExprKind::Text(text) if markup(text))
                    && call.arguments.iter().any(|argument| field(argument.value))
            }
            _ => false,
        },
        _ => false,
    }
}

/// Whether a format specification prints numbers alone.
fn is_number(specification: Option<&str>) -> bool {
    specification.is_some_and(|text| text.ends_with(['d', 'f', 'x', 'e', 'g', '%']))
}
