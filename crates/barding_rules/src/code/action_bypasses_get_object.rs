//! `action-bypasses-get-object`: an action of a view set looks its object up past the checks of the view set.

use super::ask::is_judged;
use super::views::{calls_in, class_value, decorators, is_api_class, own_method};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, Evidence, Role, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{
    ArgumentHow, Call, ClassId, ClassRef, ExprId, ExprKind, Function, FunctionId, Module,
};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("action-bypasses-get-object"),
        title: "An action looks its object up past the checks",
        severity: Severity::Medium,
        tip: Tip::Csrf,
        cwe: &[639, 862],
        django_checks: &[],
        consequence: "`get_object()` narrows to what the visitor may see and asks the object permissions; a lookup of one's own does neither.",
        advice: "Use `self.get_object()`, or start from `self.get_queryset()`.",
        since: "0.1.0",
        page: include_str!("action_bypasses_get_object.md"),
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
        let scoped = inherited(project, module, class, "get_queryset")
            || inherited(project, module, class, "check_object_permissions");
        let permissions = class_value(project, module, class, "permission_classes").is_some();
        for number in 0..module.functions.len() {
            let function = FunctionId(number as u32);
            let definition = module.function(function);
            if definition.class != Some(class)
                || !takes_key(project, definition)
                || project.code.text(definition.name) == "get_object"
            {
                continue;
            }
            let own: Vec<_> = calls_in(project, module, function).collect();
            if own.iter().any(|call| {
                matches!(call.last_name(), Some("get_object" | "check_object_permissions" | "get_queryset"))
            }) {
                continue;
            }
            let Some(lookup) = own.iter().find(|call| looks_up_by_key(call, project, definition)) else {
                continue;
            };
            let name = project.code.text(definition.name);
            let acts = decorators(project, module, function)
                .iter()
                .any(|decorator| matches!(decorator.last(), "action" | "detail_route"));
            let guarded = decorators(project, module, function)
                .iter()
                .any(|decorator| has_own_permission(module, decorator.expr));
            let (severity, confidence) = match (acts, scoped) {
                _ if guarded => (Severity::Low, Confidence::Low),
                (true, true) => (Severity::High, Confidence::Medium),
                (true, false) => (Severity::Medium, Confidence::Medium),
                (false, true) => (Severity::Medium, Confidence::Medium),
                (false, false) if permissions => (Severity::Low, Confidence::Low),
                (false, false) => (Severity::Low, Confidence::Low),
            };
            found
                .at(lookup.span(), confidence, format!("`{name}` looks its object up without `get_object()`"))
                .severity(severity)
                .because([Evidence::at(
                    Role::Defined,
                    module.function_span(function),
                    "the key comes from the address",
                )]);
        }
    }
}

fn inherited(project: &Project, module: &Module, class: ClassId, name: &str) -> bool {
    let Some(facts) = project.code.class_facts(ClassRef { module: module.id, class }) else { return false };
    facts.order.iter().any(|at| own_method(project, project.code.module(at.module), at.class, name).is_some())
}

fn takes_key(project: &Project, function: &Function) -> bool {
    function.parameters.iter().any(|parameter| is_key(project.code.text(parameter.name)))
}

fn is_key(name: &str) -> bool {
    matches!(name, "pk" | "id" | "uuid" | "slug") || name.ends_with("_pk") || name.ends_with("_id")
}

/// `Order` or `models.Order`: the whole table, not a query of the view's own.
fn is_class_name(source: &str) -> bool {
    source.split('.').all(|part| part.chars().all(|c| c.is_alphanumeric() || c == '_'))
        && source.rsplit('.').next().is_some_and(|last| last.starts_with(char::is_uppercase))
}

/// Whether an action names a permission of its own that may look at the object.
fn has_own_permission(module: &Module, decorator: ExprId) -> bool {
    let source = module.source(decorator);
    let Some((_, after)) = source.split_once("permission_classes") else { return false };
    let after = after.split(']').next().unwrap_or_default();
    after.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| {
        !word.is_empty()
            && !matches!(word, "IsAuthenticated" | "AllowAny" | "IsAuthenticatedOrReadOnly" | "permissions")
    })
}

/// `Model.objects.get(pk=pk)` or `get_object_or_404(Model, pk=pk)`, narrowed by nothing else.
fn looks_up_by_key(call: &Call<'_>, project: &Project, function: &Function) -> bool {
    let receiver = call.receiver().map(|base| call.module.source(base)).unwrap_or_default();
    let get = call.last_name() == Some("get") && receiver.ends_with(".objects");
    let shortcut = call.name().is_some_and(|name| {
        name == "django.shortcuts.get_object_or_404" || name == "rest_framework.generics.get_object_or_404"
    }) && call.positional(0).is_some_and(|model| is_class_name(call.module.source(model)));
    if !get && !shortcut || call.has_hidden_arguments() {
        return false;
    }
    let keywords: Vec<(&str, ExprId)> = call
        .syntax()
        .arguments
        .iter()
        .filter_map(|argument| match argument.how {
            ArgumentHow::Keyword(name) => Some((project.code.text(name), argument.value)),
            _ => None,
        })
        .collect();
    let [(name, value)] = keywords[..] else { return false };
    let from_address = function.parameters.iter().any(
        |parameter| matches!(call.module.expr(value), ExprKind::Name(symbol) if *symbol == parameter.name),
    ) || call.module.source(value).contains("kwargs");
    matches!(name, "pk" | "id" | "uuid" | "slug") && from_address
}
