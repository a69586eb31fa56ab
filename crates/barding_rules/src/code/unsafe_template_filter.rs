//! `unsafe-template-filter`: a filter or tag of the project marks its input safe.

use super::ask::is_judged;
use super::views::{calls_in, decorators};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, Evidence, Role, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{BinaryOp, Binding, ExprId, ExprKind, FormatPart, Function, FunctionId, Module};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("unsafe-template-filter"),
        title: "A template filter marks its input safe",
        severity: Severity::High,
        tip: Tip::Xss,
        cwe: &[79, 80, 116],
        django_checks: &[],
        consequence: "Everything a template sends through it reaches the browser as markup.",
        advice: "Escape the input first (`conditional_escape`), or build the result with `format_html`.",
        since: "0.1.0",
        page: include_str!("unsafe_template_filter.md"),
    },
    check: Check::Module(check),
};

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) {
        return;
    }
    for at in 1..module.functions.len() {
        let function = FunctionId(at as u32);
        let definition = module.function(function);
        let Some(kind) = registered(project, module, function) else { continue };
        let (start, end) = definition.whole;
        let text = module.file.text.get(start as usize..end as usize).unwrap_or_default();
        let cleans = [
            "escape(",
            "format_html",
            "bleach",
            "nh3",
            "sanitize",
            "sanitise",
            "clean_html",
            "render_to_string",
            "strip_tags",
            "json_script",
            "escapejs",
            "get_template",
            "urlize(",
            ".render(",
        ]
        .iter()
        .any(|word| text.contains(word));
        if cleans {
            continue;
        }
        for call in calls_in(project, module, function) {
            let marks = call.name().is_some_and(|name| {
                matches!(
                    &*name,
                    "django.utils.safestring.mark_safe"
                        | "django.utils.safestring.SafeString"
                        | "django.utils.safestring.SafeText"
                        | "django.utils.html.mark_safe"
                        | "markupsafe.Markup"
                )
            });
            let Some(value) = call.positional(0).filter(|_| marks) else { continue };
            let Some(parameter) = reached(project, module, definition, value) else { continue };
            let name = project.code.text(definition.name);
            let confidence = if kind == "filter" { Confidence::Medium } else { Confidence::Low };
            let finding = found.at(
                call.span(),
                confidence,
                format!("The {kind} `{name}` marks `{parameter}` safe without escaping it"),
            );
            finding.severity(if kind == "filter" { Severity::High } else { Severity::Medium });
            finding.because(used(project, name));
        }
    }
}

/// How a function is registered with the template library.
fn registered(project: &Project, module: &Module, function: FunctionId) -> Option<&'static str> {
    decorators(project, module, function).iter().find_map(|decorator| match decorator.last() {
        "filter" | "stringfilter"
            if decorator.name.contains("register")
                || decorator.name.contains("Library")
                || decorator.last() == "stringfilter" =>
        {
            Some("filter")
        }
        "simple_tag" | "simple_block_tag" => Some("tag"),
        _ => None,
    })
}

/// The parameter whose text stands in the marked value as it came, through assignments of the function.
fn reached(project: &Project, module: &Module, function: &Function, value: ExprId) -> Option<String> {
    let parameters: Vec<_> = function.parameters.iter().map(|parameter| parameter.name).collect();
    let mut open = vec![value];
    let mut seen = 0;
    while let Some(expr) = open.pop() {
        seen += 1;
        if seen > 200 {
            return None;
        }
        match module.expr(expr) {
            ExprKind::Name(name) if parameters.contains(name) => {
                let text = project.code.text(*name);
                if !matches!(
                    text,
                    "context"
                        | "request"
                        | "autoescape"
                        | "count"
                        | "size"
                        | "width"
                        | "height"
                        | "number"
                        | "self"
                ) {
                    return Some(text.to_owned());
                }
            }
            ExprKind::Name(name) => {
                let scope = module.scope(function.scope);
                open.extend(scope.of(*name).iter().filter_map(|binding| match binding {
                    Binding::Assigned(value) => Some(*value),
                    _ => None,
                }));
            }
            ExprKind::Attribute(base, _) | ExprKind::Subscript(base, _) => open.push(*base),
            ExprKind::Binary(BinaryOp::Add | BinaryOp::Percent, left, right) => open.extend([*left, *right]),
            ExprKind::Tuple(items) | ExprKind::List(items) => open.extend(items.iter().copied()),
            ExprKind::Conditional { body, otherwise, .. } => open.extend([*body, *otherwise]),
            ExprKind::Or(items) | ExprKind::And(items) => open.extend(items.iter().copied()),
            ExprKind::Format(parts) => open.extend(parts.iter().filter_map(|part| match part {
                FormatPart::Value { value, .. } => Some(*value),
                FormatPart::Text(_) => None,
            })),
            ExprKind::Call(call) => {
                let name = match module.expr(call.callee) {
                    ExprKind::Attribute(base, name) => {
                        let name = project.code.text(*name);
                        if matches!(
                            name,
                            "format"
                                | "replace"
                                | "strip"
                                | "join"
                                | "lower"
                                | "title"
                                | "capitalize"
                                | "sub"
                        ) {
                            open.push(*base);
                        }
                        name
                    }
                    ExprKind::Name(name) => project.code.text(*name),
                    _ => "",
                };
                if matches!(
                    name,
                    "format"
                        | "replace"
                        | "join"
                        | "sub"
                        | "str"
                        | "markdown"
                        | "force_str"
                        | "smart_str"
                        | "markdownify"
                        | "dumps"
                        | "linebreaks"
                        | "unescape"
                ) {
                    open.extend(call.arguments.iter().map(|argument| argument.value));
                }
            }
            _ => {}
        }
    }
    None
}

/// Where templates use it.
fn used(project: &Project, name: &str) -> Vec<Evidence> {
    project
        .templates
        .iter()
        .flat_map(|template| &template.variables)
        .filter(|variable| variable.expression.has_filter(name))
        .take(3)
        .map(|variable| Evidence::at(Role::Sink, variable.place, "a template uses it here"))
        .collect()
}
