//! `method-left-unguarded`: one method of a view checks the visitor's rights, another that changes something does not.

use super::ask::is_judged;
use super::reading::{asks_who, asks_within, is_for_strangers, methods, whole};
use super::views::{
    calls_in, changes, class_decorators, class_value, decorators, is_access, is_api_class, is_view_class,
};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, Evidence, Role, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{ClassId, ClassRef, FunctionId, Module};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("method-left-unguarded"),
        title: "One method of a view lacks the check that another has",
        severity: Severity::Medium,
        tip: Tip::Csrf,
        cwe: &[862, 863, 639, 285],
        django_checks: &[],
        consequence: "Whoever sends the other method does what the check was to prevent.",
        advice: "Check in one place that every method passes: `dispatch`, `get_object`, or `permission_classes`.",
        since: "0.1.0",
        page: include_str!("method_left_unguarded.md"),
    },
    check: Check::Module(check),
};

/// Methods of a class that the visitor reaches one by one.
const HANDLERS: &[&str] =
    &["get", "post", "put", "patch", "delete", "create", "update", "partial_update", "destroy", "form_valid"];

/// Methods that every request passes, or that choose the object for all of them.
const GATES: &[&str] = &[
    "dispatch",
    "setup",
    "initial",
    "test_func",
    "has_permission",
    "get_permissions",
    "get_permission_required",
    "check_permissions",
    "check_object_permissions",
    "get_object",
    "get_queryset",
    "post_process",
];

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) {
        return;
    }
    for at in 0..module.classes.len() {
        let class = ClassId(at as u32);
        let api = is_api_class(project, module, class);
        let name = project.code.text(module.class(class).name);
        if !api && !is_view_class(project, module, class)
            || has_gate(project, module, class)
            || is_for_strangers(name)
        {
            continue;
        }
        let handlers: Vec<_> = handlers(project, module, class).collect();
        let Some(guarded) = handlers.iter().find(|handler| checks_rights(project, module, **handler)) else {
            continue;
        };
        for handler in &handlers {
            let Some((place, what)) =
                calls_in(project, module, *handler).find_map(|call| Some((call.span(), changes(&call)?)))
            else {
                continue;
            };
            let decorated = decorators(project, module, *handler)
                .iter()
                .any(|decorator| is_access(decorator.last()) || asks_who(module.source(decorator.expr)));
            if decorated || asks_within(project, module, *handler) {
                continue;
            }
            let method = project.code.text(module.function(*handler).name);
            let other = project.code.text(module.function(*guarded).name);
            // Permissions of an API may look at the object as well.
            let confidence = if api && class_value(project, module, class, "permission_classes").is_some() {
                Confidence::Low
            } else {
                Confidence::Medium
            };
            found
                .at(
                    module.function_span(*handler),
                    confidence,
                    format!("`{name}.{method}` changes something without the check that `{other}` makes"),
                )
                .because([
                    Evidence::at(Role::Sink, place, format!("`{what}` runs here")),
                    Evidence::at(
                        Role::Defined,
                        module.function_span(*guarded),
                        format!("`{other}` asks what the visitor may"),
                    ),
                ]);
        }
    }
}

fn handlers(project: &Project, module: &Module, class: ClassId) -> impl Iterator<Item = FunctionId> {
    (1..module.functions.len()).map(|at| FunctionId(at as u32)).filter(move |function| {
        let definition = module.function(*function);
        definition.class == Some(class)
            && (HANDLERS.contains(&project.code.text(definition.name))
                || decorators(project, module, *function)
                    .iter()
                    .any(|decorator| matches!(decorator.last(), "action" | "detail_route")))
    })
}

/// Whether a handler refuses visitors without rights: it raises, answers 403, or is wrapped so. Asking for a login alone
/// is less than that.
fn checks_rights(project: &Project, module: &Module, handler: FunctionId) -> bool {
    let text = whole(module, handler);
    let refuses = [
        "PermissionDenied",
        "HttpResponseForbidden",
        "HTTP_403",
        "status=403",
        "check_object_permissions",
        "has_perm(",
        "has_object_permission",
    ]
    .iter()
    .any(|word| text.contains(word));
    refuses
        || decorators(project, module, handler).iter().any(|decorator| {
            ["permission_required", "user_passes_test", "staff_member_required"].contains(&decorator.last())
        })
}

/// Whether something that every method passes asks who comes, or may do so where we do not see it.
fn has_gate(project: &Project, module: &Module, class: ClassId) -> bool {
    let Some(facts) = project.code.class_facts(ClassRef { module: module.id, class }) else { return true };
    let restricts = |name: &str| {
        let last = name.rsplit('.').next().unwrap_or_default();
        is_access(last) && last != "LoginRequiredMixin"
    };
    facts.has_unknown_base
        || facts.external_bases.iter().any(|base| restricts(base))
        || facts.order.iter().skip(1).any(|at| restricts(project.code.text(project.code.class(*at).name)))
        || class_decorators(project, module, class)
            .iter()
            .any(|decorator| restricts(decorator.last()) && decorator.last() != "login_required")
        || methods(project, &facts.order).any(|(at, function)| {
            GATES.contains(&project.code.text(at.function(function).name)) && asks_who(whole(at, function))
        })
}
