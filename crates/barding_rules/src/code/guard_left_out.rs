//! `guard-left-out`: one view of a file lacks the guard that the views beside it have.

use super::ask::{is_judged, walk};
use super::reading::{asks_who, asks_within, is_for_strangers, methods};
use super::state_change_on_get::looks_like_view;
use super::views::{
    calls_in, changes, class_asks_who, class_decorators, class_value, decorators, is_access, is_api_class,
    is_model, is_view_class, views,
};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, Evidence, Role, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{
    ClassId, ClassRef, ExprKind, FunctionId, FunctionRef, Meaning, Module, StmtKind,
};
use barding_project::routes::Entry;
use std::collections::BTreeSet;

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("guard-left-out"),
        title: "A view lacks the guard of the views beside it",
        severity: Severity::Medium,
        tip: Tip::Csrf,
        cwe: &[862, 306, 285, 863],
        django_checks: &[],
        consequence: "Visitors reach by one address what the others keep from them.",
        advice: "Guard it as the others are, or say that strangers are meant: `@login_not_required`, `AllowAny`.",
        since: "0.1.0",
        page: include_str!("guard_left_out.md"),
    },
    check: Check::Module(check),
};

/// So many guarded views make a custom, and an open one beside them an exception.
const CUSTOM: usize = 3;

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if is_judged(module, project) {
        functions(module, project, found);
        classes(module, project, found);
    }
}

/// A view that is a function.
struct Sibling {
    function: FunctionId,
    is_guarded: bool,
    changes: bool,
    models: BTreeSet<(u32, u32)>,
}

fn functions(module: &Module, project: &Project, found: &mut Findings<'_>) {
    let all: Vec<_> = views(project, module)
        .filter(|function| module.function(*function).class.is_none())
        .map(|function| Sibling {
            function,
            is_guarded: decorators(project, module, function)
                .iter()
                .any(|decorator| is_access(decorator.last())),
            changes: calls_in(project, module, function).any(|call| changes(&call).is_some()),
            models: models(project, module, function),
        })
        .collect();
    let guarded = all.iter().filter(|sibling| sibling.is_guarded).count();
    let open: Vec<_> =
        all.iter().filter(|sibling| !sibling.is_guarded && stays_open(project, module, sibling)).collect();
    if guarded < CUSTOM || open.len() * 4 > guarded {
        return;
    }
    for view in open {
        // What others only show behind the guard is no matter for strangers here.
        let alike = all.iter().find(|other| {
            other.is_guarded && !other.models.is_disjoint(&view.models) && (!other.changes || view.changes)
        });
        let Some(alike) = alike else { continue };
        let name = project.code.text(module.function(view.function).name);
        let other = project.code.text(module.function(alike.function).name);
        found
            .at(
                module.function_span(view.function),
                Confidence::Low,
                format!("`{name}` has no guard, unlike the {guarded} guarded views beside it"),
            )
            .because([Evidence::at(
                Role::Defined,
                module.function_span(alike.function),
                format!("`{other}` reads the same objects behind a guard"),
            )]);
    }
}

/// Whether nothing that we see keeps strangers out of a view, and nothing says that they are meant.
fn stays_open(project: &Project, module: &Module, view: &Sibling) -> bool {
    let name = project.code.text(module.function(view.function).name);
    let reference = FunctionRef { module: module.id, function: view.function };
    let mut routes = project.routes.of_function(reference).peekable();
    let routed = routes.peek().is_some();
    let public = routes.all(|route| route.access.entry == Entry::Public && !route.access.stated);
    let wrapped = decorators(project, module, view.function).iter().any(|decorator| {
        !["django.views.decorators", "rest_framework.decorators"]
            .iter()
            .any(|known| decorator.name.starts_with(known))
    });
    // Routes that are known to lead to a public change are told by `public-change`.
    (if routed { public && !view.changes } else { looks_like_view(project, module, view.function) })
        && !wrapped
        && (routed || !is_called(project, module, view.function))
        && !is_for_strangers(name)
        && !asks_within(project, module, view.function)
}

/// What the module itself calls is a helper, not a view.
fn is_called(project: &Project, module: &Module, function: FunctionId) -> bool {
    let here = FunctionRef { module: module.id, function };
    project.code.calls_of(module).any(|call| call.site.meaning == Some(Meaning::Function(here)))
}

/// The models whose objects a function asks for by name: `Order.objects`, `get_object_or_404(Order, …)`.
fn models(project: &Project, module: &Module, function: FunctionId) -> BTreeSet<(u32, u32)> {
    let scope = module.function(function).scope;
    let managers = module.expressions_within(function).filter_map(|expr| match module.expr(expr) {
        ExprKind::Attribute(base, name) if project.code.text(*name) == "objects" => Some(*base),
        _ => None,
    });
    let lookups = calls_in(project, module, function).filter_map(|call| {
        matches!(call.last_name(), Some("get_object_or_404" | "get_list_or_404"))
            .then(|| call.positional(0))?
    });
    managers
        .chain(lookups)
        .filter_map(|expr| match project.code.meaning(module.id, scope, expr)? {
            meaning @ Meaning::Class(class) if is_model(project, &meaning) => {
                Some((class.module.0, class.class.0))
            }
            _ => None,
        })
        .collect()
}

fn classes(module: &Module, project: &Project, found: &mut Findings<'_>) {
    for api in [true, false] {
        let all: Vec<_> = (0..module.classes.len())
            .map(|at| ClassId(at as u32))
            .filter(|class| is_used(project, module, *class))
            .filter(|class| {
                is_api_class(project, module, *class) == api && is_view_class(project, module, *class)
            })
            .collect();
        let mut told = BTreeSet::new();
        for attribute in named_permissions(project, module, &all) {
            let (with, without): (Vec<_>, Vec<_>) =
                all.iter().partition(|class| class_value(project, module, **class, &attribute).is_some());
            let open: Vec<_> =
                without.into_iter().filter(|class: &&ClassId| is_open(project, module, **class)).collect();
            if with.len() < CUSTOM || open.len() * 4 > with.len() {
                continue;
            }
            for class in open {
                if !told.insert(*class) {
                    continue;
                }
                let name = project.code.text(module.class(*class).name);
                found
                    .at(
                        module.class_span(*class),
                        Confidence::Low,
                        format!("`{name}` names no `{attribute}`, unlike {} other views here", with.len()),
                    )
                    .because([Evidence::at(
                        Role::Defined,
                        module.class_span(*with[0]),
                        format!("`{}` does", project.code.text(module.class(*with[0]).name)),
                    )]);
            }
        }
    }
}

/// A class that others of the project build on is judged where it is used.
fn is_used(project: &Project, module: &Module, class: ClassId) -> bool {
    project
        .code
        .class_facts(ClassRef { module: module.id, class })
        .is_some_and(|facts| facts.subclasses.is_empty())
}

/// The names with which the classes themselves say who may: `permission_classes`, `permission_required`.
fn named_permissions(project: &Project, module: &Module, classes: &[ClassId]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for class in classes {
        walk(&module.class(*class).body, &mut |statement| {
            let target = match &statement.kind {
                StmtKind::Assign { targets, .. } => targets.first().copied(),
                StmtKind::Annotated { target, .. } => Some(*target),
                _ => None,
            };
            if let Some(target) = target
                && let ExprKind::Name(name) = module.expr(target)
                && matches!(
                    project.code.text(*name),
                    "permission_classes"
                        | "permission_required"
                        | "permissions_required"
                        | "required_permissions"
                        | "required_permission"
                        | "object_permission"
                )
            {
                names.insert(project.code.text(*name).to_owned());
            }
        });
    }
    names
}

/// Whether nothing that we see asks who comes to a class.
fn is_open(project: &Project, module: &Module, class: ClassId) -> bool {
    let reference = ClassRef { module: module.id, class };
    let Some(facts) = project.code.class_facts(reference) else { return false };
    let shut = project.routes.of_class(reference).any(|route| {
        !matches!(route.access.entry, Entry::Public | Entry::Unknown | Entry::Login) || route.access.stated
    });
    let decorated =
        class_decorators(project, module, class).iter().any(|decorator| is_access(decorator.last()));
    let names = ["permission_classes", "permission_required", "authentication_classes", "test_func"];
    let (start, end) = module.class(class).whole;
    let text = module.file.text.get(start as usize..end as usize).unwrap_or_default();
    let asks = methods(project, &facts.order).any(|(at, function)| {
        let name = project.code.text(at.function(function).name);
        matches!(
            name,
            "dispatch"
                | "initial"
                | "setup"
                | "test_func"
                | "get_permissions"
                | "has_permission"
                | "check_permissions"
        )
    });
    !shut
        && !facts.has_unknown_base
        && !decorated
        && !asks
        && !class_asks_who(project, module, class)
        && !names.iter().any(|name| class_value(project, module, class, name).is_some())
        && !is_for_strangers(project.code.text(module.class(class).name))
        && !asks_who(text)
}
