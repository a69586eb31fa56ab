//! `api-open-to-all`: an API that changes something asks nobody who they are.

use super::ask::is_judged;
use super::reading::is_entrance;
use super::views::{Methods, decorators, is_api_class, methods, own_method, own_value};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{ArgumentHow, ClassId, ClassRef, ExprId, ExprKind, FunctionId, Module, ScopeId};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("api-open-to-all"),
        title: "An API that writes is open to all",
        severity: Severity::Medium,
        tip: Tip::Csrf,
        cwe: &[862, 306],
        django_checks: &[],
        consequence: "Everybody on the network can call it.",
        advice: "Name who may: `permission_classes = [IsAuthenticated]`, or a permission of your own.",
        since: "0.1.0",
        page: include_str!("api_open_to_all.md"),
    },
    check: Check::Module(check),
};

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) {
        return;
    }
    for at in 0..module.classes.len() {
        let class = ClassId(at as u32);
        if !is_api_class(project, module, class) {
            continue;
        }
        let name = project.code.text(module.class(class).name);
        if let Some(value) = own_value(project, module, class, "permission_classes")
            && let Some(how) = open(project, module, module.class(class).scope, value)
            && writes(project, module, class)
        {
            let (severity, confidence) = weight(name);
            found
                .at(module.span(value), confidence, format!("`{name}` accepts writing requests and {how}"))
                .severity(severity);
        }
        if let Some(value) = own_value(project, module, class, "authentication_classes")
            && matches!(module.expr(value), ExprKind::List(items) | ExprKind::Tuple(items) if items.is_empty())
            && writes(project, module, class)
            && own_value(project, module, class, "permission_classes").is_none()
        {
            let (severity, confidence) = weight(name);
            found
                .at(
                    module.span(value),
                    confidence.min(Confidence::Medium),
                    format!("`{name}` accepts writing requests and asks nobody to log in"),
                )
                .severity(severity);
        }
    }
    for at in 1..module.functions.len() {
        let function = FunctionId(at as u32);
        let decorators = decorators(project, module, function);
        let api = decorators.iter().any(|decorator| matches!(decorator.last(), "api_view" | "action"));
        if !api || methods(project, module, function) == Methods::SafeOnly {
            continue;
        }
        let scope = module.scope(module.function(function).scope).parent.unwrap_or(ScopeId(0));
        let name = project.code.text(module.function(function).name);
        for decorator in &decorators {
            let ExprKind::Call(call) = module.expr(decorator.expr) else { continue };
            let value = match decorator.last() {
                "permission_classes" => call.arguments.first().map(|argument| argument.value),
                "action" => call.arguments.iter().find(|argument| matches!(argument.how, ArgumentHow::Keyword(name) if project.code.text(name) == "permission_classes")).map(|argument| argument.value),
                _ => None,
            };
            if let Some(value) = value
                && let Some(how) = open(project, module, scope, value)
            {
                let (severity, confidence) = weight(name);
                found
                    .at(
                        module.span(value),
                        confidence,
                        format!("`{name}` accepts writing requests and {how}"),
                    )
                    .severity(severity);
            }
        }
    }
}

fn open(project: &Project, module: &Module, scope: ScopeId, value: ExprId) -> Option<&'static str> {
    let (ExprKind::List(items) | ExprKind::Tuple(items)) = module.expr(value) else { return None };
    if items.is_empty() {
        return Some("has no permission at all");
    }
    let all = items.iter().all(|item| {
        project
            .code
            .name_of(module.id, scope, *item)
            .unwrap_or_else(|| module.source(*item).to_owned())
            .ends_with("AllowAny")
    });
    all.then_some("lets everybody in (`AllowAny`)")
}

fn writes(project: &Project, module: &Module, class: ClassId) -> bool {
    let own =
        ["post", "put", "patch", "delete", "create", "update", "destroy", "partial_update", "perform_create"]
            .iter()
            .any(|name| own_method(project, module, class, name).is_some());
    let reference = ClassRef { module: module.id, class };
    let inherited = project.code.class_facts(reference).is_some_and(|facts| {
        facts.external_bases.iter().any(|base| {
            let last = base.rsplit('.').next().unwrap_or_default();
            last == "ModelViewSet"
                || last.contains("Create")
                || last.contains("Update")
                || last.contains("Destroy")
        })
    });
    own || inherited
}

/// Logging in and signing up must be open to strangers.
fn weight(name: &str) -> (Severity, Confidence) {
    let lower = name.to_ascii_lowercase();
    let entrance = is_entrance(name) || lower.contains("token") || lower.contains("invitation");
    if entrance { (Severity::Low, Confidence::Low) } else { (Severity::Medium, Confidence::Medium) }
}
