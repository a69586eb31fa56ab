//! `object-of-anyone`: a view changes an object that it looked up by key alone.

use super::ask::{is_judged, walk};
use super::objects_of_everyone::kept_apart;
use super::views::{
    calls_in, changes, class_asks_who, class_value, decorators, is_api_class, is_model, views,
};
use crate::{Check, Findings, Rule};
use barding_finding::{Confidence, Evidence, Role, RuleId, RuleInfo, Severity, Tip};
use barding_project::Project;
use barding_project::code::{
    ArgumentHow, Call, ClassId, ClassRef, ExprId, ExprKind, Function, Meaning, Module, ScopeId, StmtKind,
};

/// The rule.
pub(crate) static RULE: Rule = Rule {
    info: RuleInfo {
        id: RuleId("object-of-anyone"),
        title: "A view changes or shows any object whose key is given",
        severity: Severity::Medium,
        tip: Tip::Csrf,
        cwe: &[639],
        django_checks: &[],
        consequence: "A visitor who changes the number in the address changes somebody else's object.",
        advice: "Look it up among the visitor's own: `get_object_or_404(Order, pk=pk, owner=request.user)`.",
        since: "0.1.0",
        page: include_str!("object_of_anyone.md"),
    },
    check: Check::Module(check),
};

fn check(module: &Module, project: &Project, found: &mut Findings<'_>) {
    if !is_judged(module, project) {
        return;
    }
    for function in views(project, module) {
        let definition = module.function(function);
        if definition.class.is_some_and(|class| is_api_class(project, module, class)) {
            continue;
        }
        let wrapped = decorators(project, module, function);
        let permission = wrapped.iter().any(|decorator| {
            let last = decorator.last().to_ascii_lowercase();
            !matches!(
                last.as_str(),
                "login_required"
                    | "require_post"
                    | "require_http_methods"
                    | "csrf_exempt"
                    | "require_get"
                    | "transaction.atomic"
                    | "atomic"
                    | "never_cache"
            )
        });
        let logged_in = wrapped.iter().any(|decorator| decorator.last() == "login_required")
            || definition.class.is_some_and(|class| class_asks_who(project, module, class));
        if permission || !logged_in {
            continue;
        }
        let (start, end) = definition.whole;
        let text = module.file.text.get(start as usize..end as usize).unwrap_or_default();
        if [
            "has_perm",
            "PermissionDenied",
            "request.user",
            "HttpResponseForbidden",
            "is_staff",
            "check_",
            "permission",
            "can_",
            "self.get_object",
        ]
        .iter()
        .any(|word| text.contains(word))
        {
            continue;
        }
        let mut calls = calls_in(project, module, function);
        let changes_something = calls_in(project, module, function).any(|call| changes(&call).is_some());
        let Some((lookup, model)) =
            calls.find_map(|call| looked_up(&call, project, definition).map(|model| (call, model)))
        else {
            continue;
        };
        let Some(owner) = owner_of(project, model) else { continue };
        // What users write for all to read has an owner as well. Showing it is a mistake only where another place keeps
        // each visitor to their own.
        let certain = owner.is_certain(project, model);
        if !certain || !changes_something && !kept_apart(project, model, &owner.field) {
            continue;
        }
        let name = project.code.text(definition.name);
        let does = if changes_something { "changes" } else { "shows" };
        found
            .at(lookup.span(), Confidence::Low, format!("`{name}` {does} an object found by its key alone"))
            .because([Evidence::note(
                Role::NotKnown,
                format!("its owner is `{}`, and nothing here compares it with the visitor", owner.field),
            )]);
    }
}

fn looked_up(call: &Call<'_>, project: &Project, function: &Function) -> Option<ClassRef> {
    let name = call.name()?;
    let model = if name == "django.shortcuts.get_object_or_404" {
        call.positional(0)?
    } else if call.last_name() == Some("get") {
        match call.module.expr(call.receiver()?) {
            ExprKind::Attribute(base, manager) if project.code.text(*manager) == "objects" => *base,
            _ => return None,
        }
    } else {
        return None;
    };
    let keywords: Vec<_> = call
        .syntax()
        .arguments
        .iter()
        .filter(|argument| matches!(argument.how, ArgumentHow::Keyword(_)))
        .collect();
    let [key] = keywords[..] else { return None };
    let from_address = function.parameters.iter().any(
        |parameter| matches!(call.module.expr(key.value), ExprKind::Name(name) if *name == parameter.name),
    );
    match project.code.meaning(call.module.id, call.site.scope, model)? {
        meaning @ Meaning::Class(class) if from_address && is_model(project, &meaning) => Some(class),
        _ => None,
    }
}

/// The field that says to whom an object belongs.
pub(super) struct Owner {
    /// Its name as a query writes it: `owner`, `order__owner`.
    pub(super) field: String,
    /// Whether the name alone says that the object is one visitor's. Where it is a parent's owner or a group, only code
    /// that keeps visitors apart by it tells.
    pub(super) is_plain: bool,
}

impl Owner {
    /// Whether objects of the model are one visitor's, as far as its fields and the rest of the project tell.
    pub(super) fn is_certain(&self, project: &Project, model: ClassRef) -> bool {
        self.is_plain || kept_apart(project, model, &self.field)
    }
}

/// The field that says to whom an object of a model belongs, also one that a base class of the project declares, or one
/// of the object that it is a part of.
pub(super) fn owner_of(project: &Project, model: ClassRef) -> Option<Owner> {
    if let Some(name) = owner_field(project, model) {
        return Some(Owner { field: name.to_owned(), is_plain: true });
    }
    if let Some(name) =
        declared(project, model, &["organization", "organisation", "company", "tenant", "team", "workspace"])
    {
        return Some(Owner { field: name.to_owned(), is_plain: false });
    }
    parents(project, model).into_iter().find_map(|(name, parent)| {
        let owner = owner_field(project, parent)?;
        Some(Owner { field: format!("{name}__{owner}"), is_plain: false })
    })
}

fn owner_field(project: &Project, model: ClassRef) -> Option<&'static str> {
    declared(project, model, &["owner", "user", "author", "creator", "created_by", "customer", "account"])
}

fn declared(project: &Project, model: ClassRef, names: &[&'static str]) -> Option<&'static str> {
    let module = project.code.module(model.module);
    names.iter().copied().find(|name| class_value(project, module, model.class, name).is_some())
}

/// The models of the project that a model points to with a foreign key of its own, by the field's name.
fn parents(project: &Project, model: ClassRef) -> Vec<(&str, ClassRef)> {
    let module = project.code.module(model.module);
    let mut found = Vec::new();
    walk(&module.class(model.class).body, &mut |statement| {
        let StmtKind::Assign { targets, value } = &statement.kind else { return };
        let ExprKind::Call(call) = module.expr(*value) else { return };
        let key =
            ["ForeignKey", "OneToOneField"].iter().any(|name| module.source(call.callee).ends_with(name));
        let (true, Some(argument), [target]) = (key, call.arguments.first(), &targets[..]) else { return };
        let ExprKind::Name(name) = module.expr(*target) else { return };
        if let Some(parent) = model_named(project, module, argument.value) {
            found.push((project.code.text(*name), parent));
        }
    });
    found
}

/// The model that a foreign key names: the class, or `"Model"`, or `"app.Model"`.
fn model_named(project: &Project, module: &Module, value: ExprId) -> Option<ClassRef> {
    let ExprKind::Text(text) = module.expr(value) else {
        return match project.code.meaning(module.id, ScopeId(0), value)? {
            Meaning::Class(class) => Some(class),
            _ => None,
        };
    };
    let (home, name) = match text.rsplit_once('.') {
        Some((app, name)) => {
            (project.code.module(project.code.module_named(&format!("{app}.models"), Some(module.id))?), name)
        }
        None => (module, &**text),
    };
    let at = home.classes.iter().position(|class| project.code.text(class.name) == name)?;
    Some(ClassRef { module: home.id, class: ClassId(at as u32) })
}
