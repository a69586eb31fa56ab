//! `clickjacking-exempt-view`: a view may be shown in frames of other sites.

use super::ask::is_judged;
use super::views::{class_decorators, decorators};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{ClassId, ExprId, FunctionId, Module};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("clickjacking-exempt-view"),
        title: "A view may be framed by other sites",
        severity: Severity::Low,
        tip: Tip::Clickjacking,
        cwe: &[1021],
        django_checks: &[],
        consequence: "Another site can show the page invisibly over its own and have visitors click on it.",
        advice: "Take `xframe_options_exempt` away, or name the sites that may frame the page with the `frame-ancestors` directive.",
        since: "0.1.0",
        page: include_str!("clickjacking_exempt_view.md"),
    },
    check: Check::Module(check),
};

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) {
        return;
    }
    let functions = (1..module.functions.len()).map(|at| {
        let function = FunctionId(at as u32);
        (decorators(project, module, function), project.code.text(module.function(function).name))
    });
    let classes = (0..module.classes.len()).map(|at| {
        let class = ClassId(at as u32);
        (class_decorators(project, module, class), project.code.text(module.class(class).name))
    });
    let text = &module.file.text;
    let policy = text.contains("frame-ancestors") || text.contains("frame_ancestors");
    for (decorators, name) in functions.chain(classes) {
        for decorator in decorators.iter().filter(|decorator| decorator.last() == "xframe_options_exempt") {
            let confidence = if policy { Confidence::Low } else { Confidence::Medium };
            found.at(module.span(decorator.expr), confidence, format!("`{name}` may be framed by any site"));
        }
    }
    for call in project.code.calls_of(module) {
        let used = call.name().is_some_and(|name| name.ends_with("clickjacking.xframe_options_exempt"));
        if used && call.syntax().arguments.len() == 1 && !is_decorator(module, call.site.expr) {
            found.at(call.span(), Confidence::Medium, "This view may be framed by any site");
        }
    }
}

fn is_decorator(module: &Module, expr: ExprId) -> bool {
    module.functions.iter().any(|function| function.decorators.contains(&expr))
        || module.classes.iter().any(|class| class.decorators.contains(&expr))
}
