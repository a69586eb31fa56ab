//! `objects-of-everyone`: a class of views hands out every object of a model that belongs to users.

use super::ask::is_judged;
use super::object_of_anyone::owner_of;
use super::reading::methods;
use super::views::{class_value, is_model};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, Evidence, Role, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{
    ArgumentHow, Call, ClassId, ClassRef, ExprId, ExprKind, Meaning, Module, ScopeId,
};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("objects-of-everyone"),
        title: "A view hands out the objects of every user",
        severity: Severity::Medium,
        tip: Tip::Csrf,
        cwe: &[639, 862, 285],
        django_checks: &[],
        consequence: "Any logged-in user reads, changes or deletes what belongs to others by trying other keys.",
        advice: "Override `get_queryset` and filter by `self.request.user`, or check the object's owner.",
        since: "0.1.0",
        page: include_str!("objects_of_everyone.md"),
    },
    check: Check::Module(check),
};

/// Methods with which a class chooses or checks its objects.
const CHOOSES: &[&str] = &[
    "get_queryset",
    "get_object",
    "dispatch",
    "test_func",
    "has_permission",
    "has_object_permission",
    "check_permissions",
    "check_object_permissions",
    "get_permissions",
    "filter_queryset",
    "initial",
    "setup",
];

/// What a class lets visitors do with an object they name by its key.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    Shows,
    Changes,
}

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) {
        return;
    }
    for at in 0..module.classes.len() {
        let class = ClassId(at as u32);
        let Some(reach) = reach(project, module, class) else { continue };
        if !asks_for_login_alone(project, module, class) || chooses(project, module, class) {
            continue;
        }
        let Some((model, place)) = every_object(project, module, class) else { continue };
        let Some(owner) = owner_of(project, model) else { continue };
        // What users write for all to read belongs to them as well: only where others' objects are kept apart elsewhere
        // is showing them all a mistake.
        if !owner.is_certain(project, model)
            || reach == Reach::Shows && !kept_apart(project, model, &owner.field)
        {
            continue;
        }
        let name = project.code.text(project.code.class(model).name);
        let view = project.code.text(module.class(class).name);
        found
            .at(
                module.class_span(class),
                Confidence::Low,
                format!("`{view}` reaches every `{name}`, whoever owns it"),
            )
            .because([
                Evidence::at(
                    Role::Step,
                    place,
                    "the objects come from here, and nothing narrows them".to_owned(),
                ),
                Evidence::note(Role::NotKnown, format!("its owner is `{}`", owner.field)),
            ]);
    }
}

/// Whether the class is a view of single objects: Django's generic ones, or those of Django REST framework.
fn reach(project: &Project, module: &Module, class: ClassId) -> Option<Reach> {
    let facts = project.code.class_facts(ClassRef { module: module.id, class })?;
    if facts.has_unknown_base {
        return None;
    }
    let last = |base: &str| base.rsplit('.').next().unwrap_or_default().to_owned();
    let mut reach = None;
    for base in &facts.external_bases {
        let django = base.starts_with("django.views.generic");
        let rest = base.starts_with("rest_framework.");
        match last(base).as_str() {
            "UpdateView" | "DeleteView" if django => reach = Some(Reach::Changes),
            "DetailView" if django => reach = reach.or(Some(Reach::Shows)),
            "ModelViewSet"
            | "UpdateModelMixin"
            | "DestroyModelMixin"
            | "RetrieveUpdateAPIView"
            | "RetrieveDestroyAPIView"
            | "RetrieveUpdateDestroyAPIView"
            | "UpdateAPIView"
            | "DestroyAPIView"
                if rest =>
            {
                reach = Some(Reach::Changes);
            }
            "RetrieveAPIView" | "ReadOnlyModelViewSet" | "RetrieveModelMixin" | "ListAPIView" if rest => {
                reach = reach.or(Some(Reach::Shows));
            }
            _ => {}
        }
    }
    reach
}

/// Whether the class asks that somebody is logged in and nothing more: `LoginRequiredMixin`, or
/// `permission_classes = [IsAuthenticated]`. Views without any of it are the matter of other rules.
fn asks_for_login_alone(project: &Project, module: &Module, class: ClassId) -> bool {
    if let Some((at, value)) = class_value(project, module, class, "permission_classes") {
        return match at.expr(value) {
            ExprKind::List(items) | ExprKind::Tuple(items) => {
                !items.is_empty()
                    && items.iter().all(|item| at.source(*item).rsplit('.').next() == Some("IsAuthenticated"))
            }
            _ => false,
        };
    }
    let Some(facts) = project.code.class_facts(ClassRef { module: module.id, class }) else { return false };
    let mut logged_in = false;
    for base in &facts.external_bases {
        let last = base.rsplit('.').next().unwrap_or_default();
        if last == "LoginRequiredMixin" {
            logged_in = true;
        } else if last.contains("Permission") || last.contains("Passes") || last.contains("Access") {
            return false;
        }
    }
    let module_class = module.class(class);
    let decorated = module_class.decorators.iter().map(|expr| module.source(*expr)).collect::<Vec<_>>();
    if decorated.iter().any(|text| !text.contains("login_required")) {
        return false;
    }
    // A mixin of the project may check more than its name tells.
    let own_mixin = facts.order.iter().skip(1).any(|at| {
        let name = project.code.text(project.code.class(*at).name).to_ascii_lowercase();
        ["permission", "owner", "access", "staff", "admin", "allowed", "restrict"]
            .iter()
            .any(|word| name.contains(word))
    });
    (logged_in || !decorated.is_empty()) && !own_mixin
}

/// Whether the class, or one of the project that it inherits from, chooses its objects or checks them.
fn chooses(project: &Project, module: &Module, class: ClassId) -> bool {
    let Some(facts) = project.code.class_facts(ClassRef { module: module.id, class }) else { return true };
    methods(project, &facts.order)
        .any(|(module, function)| CHOOSES.contains(&project.code.text(module.function(function).name)))
}

/// The model all of whose objects the class has: `model = Order`, `queryset = Order.objects.all()`.
fn every_object(
    project: &Project,
    module: &Module,
    class: ClassId,
) -> Option<(ClassRef, barding_source::Span)> {
    for name in ["queryset", "model"] {
        let Some((at, value)) = class_value(project, module, class, name) else { continue };
        let model = if name == "model" { value } else { unnarrowed(project, at, value)? };
        return match project.code.meaning(at.id, ScopeId(0), model)? {
            meaning @ Meaning::Class(model) if is_model(project, &meaning) => Some((model, at.span(value))),
            _ => None,
        };
    }
    None
}

/// The model of a query set that leaves nothing out: `Order.objects.select_related("item").all()`.
fn unnarrowed(project: &Project, module: &Module, value: ExprId) -> Option<ExprId> {
    let mut at = value;
    for _ in 0..12 {
        match module.expr(at) {
            ExprKind::Call(call) => at = call.callee,
            ExprKind::Attribute(base, name) => match project.code.text(*name) {
                "objects" | "_default_manager" => return Some(*base),
                "all" | "select_related" | "prefetch_related" | "order_by" | "annotate" | "defer"
                | "only" | "distinct" => at = *base,
                _ => return None,
            },
            _ => return None,
        }
    }
    None
}

/// Whether some place of the project takes only the visitor's own objects of this model.
pub(super) fn kept_apart(project: &Project, model: ClassRef, owner: &str) -> bool {
    project.code.calls().any(|call| {
        if !matches!(call.last_name(), Some("filter" | "get" | "get_object_or_404" | "get_list_or_404")) {
            return false;
        }
        let own = call.syntax().arguments.iter().any(|argument| {
            matches!(argument.how, ArgumentHow::Keyword(name) if project.code.text(name) == owner)
                && call.module.source(argument.value).contains("request.user")
        });
        own && looked_in(project, call.module, &call, model)
    })
}

fn looked_in(project: &Project, module: &Module, call: &Call<'_>, model: ClassRef) -> bool {
    let base = match call.receiver() {
        Some(receiver) => unnarrowed(project, module, receiver),
        None => call.positional(0),
    };
    base.and_then(|base| project.code.meaning(module.id, call.site.scope, base))
        == Some(Meaning::Class(model))
}
