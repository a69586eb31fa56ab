//! Routers of Django REST framework: the routes that each registered viewset gets.

use super::Origin;
use super::classes::{Ancestor, Classes, texts_of};
use super::pattern::{Parameter, of_regex};
use super::table::{Around, Builder};
use super::view::{Target, View, view_of};
use crate::code::{ClassRef, Constant, ExprKind, FunctionRef, Meaning};
use crate::eval::Registration;
use crate::value::Value;

/// The methods of a viewset that routers know, in the order they ask for them.
const LIST: &[(&str, &str)] = &[("GET", "list"), ("POST", "create")];
const DETAIL: &[(&str, &str)] =
    &[("GET", "retrieve"), ("PUT", "update"), ("PATCH", "partial_update"), ("DELETE", "destroy")];

/// An extra action of a viewset.
pub(super) struct Action {
    detail: bool,
    url_path: String,
    url_name: String,
    /// HTTP method and the method that answers it.
    methods: Vec<(String, String)>,
}

/// Adds the routes of a router.
pub(super) fn add(
    builder: &mut Builder<'_, '_>,
    around: &Around,
    class: &str,
    options: &[(String, Value)],
    registered: &[Registration],
    parents: &[(String, String)],
) {
    let option = |name: &str| options.iter().find(|(known, _)| known == name).map(|(_, value)| value);
    let slash = match option("trailing_slash") {
        None | Some(Value::Bool(true)) => "/",
        Some(Value::Bool(false)) => "",
        Some(Value::Text(text)) => text,
        Some(_) => "/?",
    };
    let is_default = is_default_router(builder, class, registered);
    let mut before_all: String = String::new();
    let mut parent_parameters: Vec<Parameter> = Vec::new();
    for (prefix, lookup) in parents {
        let text = format!("{prefix}/(?P<{lookup}pk>[^/.]+)/");
        parent_parameters.extend(of_regex(&text));
        before_all.push_str(&text);
    }
    let start = builder.table.routes.len();
    for registration in registered {
        let mut here = around.clone();
        here.places.push(registration.place);
        here.when.extend(registration.when.clone());
        here.parameters.extend(parent_parameters.iter().cloned());
        let from = builder.module_at(registration.place);
        let (view, wrappers) = view_of(builder.code(), &registration.viewset, from);
        here.wrappers.extend(wrappers);
        let prefix = match &registration.prefix {
            Value::Text(prefix) => prefix.to_string(),
            _ => {
                here.known = false;
                "{…}".to_owned()
            }
        };
        let prefix = format!("{before_all}{prefix}");
        let basename = match &registration.basename {
            Some(Value::Text(name)) => Some(name.to_string()),
            _ => None,
        };
        match view.target {
            Target::Class(viewset) => {
                viewset_routes(builder, &here, viewset, &view, &prefix, basename, slash);
            }
            _ => outside_viewset(builder, here, view, &prefix, basename, slash),
        }
    }
    if is_default && option("include_root_view") != Some(&Value::Bool(false)) {
        let root = View::outside("rest_framework.routers.APIRootView");
        let mut here = around.clone();
        here.places.extend(registered.first().map(|registration| registration.place));
        builder.view(here, root, Some("api-root".to_owned()), Origin::RouterRoot);
    }
    if is_default && option("include_format_suffixes") != Some(&Value::Bool(false)) {
        builder.suffixes(start, around.pattern.len());
    }
}

fn is_default_router(builder: &Builder<'_, '_>, class: &str, registered: &[Registration]) -> bool {
    let last = class.rsplit('.').next().unwrap_or_default();
    if last.contains("Default") {
        return true;
    }
    let from = registered.first().and_then(|registration| builder.module_at(registration.place));
    let Some(Meaning::Class(class)) = from.map(|from| builder.code().import_meaning(class, from, 24)) else {
        return false;
    };
    builder
        .asked
        .classes
        .inherits(class, |base| base.rsplit('.').next().unwrap_or_default().contains("Default"))
}

fn viewset_routes(
    builder: &mut Builder<'_, '_>,
    around: &Around,
    viewset: ClassRef,
    view: &View,
    prefix: &str,
    basename: Option<String>,
    slash: &str,
) {
    let classes = builder.asked.classes;
    let has = |name: &str| answers(classes, viewset, name);
    let pairs = |known: &[(&str, &str)]| -> Vec<(String, String)> {
        known
            .iter()
            .filter(|(_, action)| has(action))
            .map(|(method, action)| ((*method).to_owned(), (*action).to_owned()))
            .collect()
    };
    let basename = basename.or_else(|| queryset_model(builder, viewset)).unwrap_or_default();
    let lookup = lookup(classes, viewset);
    let actions = actions(builder, viewset);
    let name = |last: &str| (!basename.is_empty()).then(|| format!("{basename}-{last}"));
    let mut routes: Vec<(String, Option<String>, Vec<(String, String)>)> = Vec::new();
    routes.push((format!("^{prefix}{slash}$"), name("list"), pairs(LIST)));
    for action in actions.iter().filter(|action| !action.detail) {
        let text = format!("^{prefix}/{}{slash}$", action.url_path);
        routes.push((text, name(&action.url_name), action.methods.clone()));
    }
    routes.push((format!("^{prefix}/{lookup}{slash}$"), name("detail"), pairs(DETAIL)));
    for action in actions.iter().filter(|action| action.detail) {
        let text = format!("^{prefix}/{lookup}/{}{slash}$", action.url_path);
        routes.push((text, name(&action.url_name), action.methods.clone()));
    }
    for (text, name, actions) in routes {
        if actions.is_empty() {
            continue;
        }
        // An empty prefix leaves no slash behind.
        let text = match text.strip_prefix("^/") {
            Some(rest) if prefix.is_empty() => format!("^{rest}"),
            _ => text,
        };
        let mut here = around.clone();
        here.parameters.extend(of_regex(text.strip_prefix(&format!("^{prefix}")).unwrap_or(&text)));
        here.pattern.push_str(&text);
        builder.view_with_actions(here, view.clone(), name, Origin::Router, actions);
    }
}

/// A viewset that is not the project's: the usual routes, as far as its name tells.
fn outside_viewset(
    builder: &mut Builder<'_, '_>,
    around: Around,
    view: View,
    prefix: &str,
    basename: Option<String>,
    slash: &str,
) {
    let mut here = around;
    here.pattern.push_str(&format!("^{prefix}{slash}$"));
    let name = basename.map(|name| format!("{name}-list"));
    builder.view(here, view, name, Origin::Router);
}

/// Whether a viewset has a method, its own or one that a class of the framework brings.
pub(super) fn answers(classes: &Classes<'_>, viewset: ClassRef, action: &str) -> bool {
    classes.order(viewset).iter().any(|ancestor| match ancestor {
        Ancestor::Ours(class) => classes.method_of(*class, action).is_some(),
        Ancestor::Outside(name) => brought(name).contains(&action),
        Ancestor::Unknown => false,
    })
}

/// The actions that a class from outside brings.
fn brought(class: &str) -> &'static [&'static str] {
    match class.rsplit('.').next().unwrap_or_default() {
        "ModelViewSet" => &["list", "create", "retrieve", "update", "partial_update", "destroy"],
        "ReadOnlyModelViewSet" => &["list", "retrieve"],
        "CreateModelMixin" | "NestedCreateMixin" => &["create"],
        "ListModelMixin" => &["list"],
        "RetrieveModelMixin" => &["retrieve"],
        "UpdateModelMixin" => &["update", "partial_update"],
        "DestroyModelMixin" => &["destroy"],
        _ => &[],
    }
}

/// The part of a pattern that names one object.
fn lookup(classes: &Classes<'_>, viewset: ClassRef) -> String {
    let text = |name: &str| match classes.constant(viewset, name) {
        Some(Constant::Text(text)) => Some(text),
        _ => None,
    };
    let field = text("lookup_field").unwrap_or_else(|| "pk".to_owned());
    let name = text("lookup_url_kwarg").unwrap_or(field);
    let value = text("lookup_value_regex").unwrap_or_else(|| "[^/.]+".to_owned());
    format!("(?P<{name}>{value})")
}

/// The lower-case name of the model whose objects a viewset shows: `queryset = Order.objects.all()`.
fn queryset_model(builder: &Builder<'_, '_>, viewset: ClassRef) -> Option<String> {
    let classes = builder.asked.classes;
    let (owner, value) = classes.value(viewset, "queryset")?;
    let (module, scope) = classes.inside(owner);
    let mut at = value;
    let mut objects = None;
    for _ in 0..40 {
        match module.expr(at) {
            ExprKind::Attribute(base, name) => {
                if builder.code().text(*name) == "objects" {
                    objects = Some(*base);
                }
                at = *base;
            }
            ExprKind::Call(call) => at = call.callee,
            _ => break,
        }
    }
    let named = objects.unwrap_or(at);
    let name = builder.code().name_of(module.id, scope, named)?;
    let last = name.rsplit('.').next()?.to_lowercase();
    (!last.is_empty()).then_some(last)
}

/// The extra actions of a viewset, in the order the framework finds them: by name.
pub(super) fn actions(builder: &Builder<'_, '_>, viewset: ClassRef) -> Vec<Action> {
    let classes = builder.asked.classes;
    let mut seen: Vec<String> = Vec::new();
    let mut found: Vec<(String, Action)> = Vec::new();
    let mut mapped: Vec<(String, String, String)> = Vec::new();
    for ancestor in classes.order(viewset).iter() {
        let Ancestor::Ours(class) = ancestor else { continue };
        for (name, function) in classes.own_methods(*class) {
            if seen.contains(&name) {
                continue;
            }
            seen.push(name.clone());
            if let Some(action) = action(builder, &name, function) {
                found.push((name, action));
            } else if let Some((of, method)) = mapping(builder, function) {
                mapped.push((of, method, name));
            }
        }
    }
    for (of, method, name) in mapped {
        if let Some((_, action)) = found.iter_mut().find(|(known, _)| *known == of) {
            action.methods.push((method, name));
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found.into_iter().map(|(_, action)| action).collect()
}

fn action(builder: &Builder<'_, '_>, name: &str, function: FunctionRef) -> Option<Action> {
    let code = builder.code();
    let (module, scope, decorators) = builder.asked.classes.decorators(function);
    for decorator in decorators {
        let (callee, arguments): (_, &[crate::code::Argument]) = match module.expr(*decorator) {
            ExprKind::Call(call) => (call.callee, &call.arguments),
            _ => (*decorator, &[]),
        };
        let Some(full) = code.name_of(module.id, scope, callee) else { continue };
        let detail_by_name = match full.rsplit('.').next().unwrap_or_default() {
            "action" if full.starts_with("rest_framework") || !full.contains('.') => None,
            "detail_route" => Some(true),
            "list_route" => Some(false),
            _ => continue,
        };
        let keyword = |wanted: &str| {
            arguments.iter().find_map(|argument| match argument.how {
                crate::code::ArgumentHow::Keyword(name) if code.text(name) == wanted => {
                    code.constant(module.id, scope, argument.value)
                }
                _ => None,
            })
        };
        let positional = |at: usize| {
            arguments
                .iter()
                .filter(|argument| argument.how == crate::code::ArgumentHow::Position)
                .nth(at)
                .and_then(|argument| code.constant(module.id, scope, argument.value))
        };
        let detail = detail_by_name.unwrap_or_else(|| {
            matches!(keyword("detail").or_else(|| positional(1)), Some(Constant::Bool(true)))
        });
        let methods = keyword("methods").or_else(|| positional(0)).map(texts_of).unwrap_or_default();
        let methods = if methods.is_empty() { vec!["get".to_owned()] } else { methods };
        let text = |wanted: &str| match keyword(wanted) {
            Some(Constant::Text(text)) => Some(text),
            _ => None,
        };
        return Some(Action {
            detail,
            url_path: text("url_path").unwrap_or_else(|| name.to_owned()),
            url_name: text("url_name").unwrap_or_else(|| name.replace('_', "-")),
            methods: methods.into_iter().map(|method| (method.to_uppercase(), name.to_owned())).collect(),
        });
    }
    None
}

/// `@publish.mapping.delete`: another method of the same action.
fn mapping(builder: &Builder<'_, '_>, function: FunctionRef) -> Option<(String, String)> {
    let code = builder.code();
    let (module, _, decorators) = builder.asked.classes.decorators(function);
    decorators.iter().find_map(|decorator| {
        let ExprKind::Attribute(base, method) = module.expr(*decorator) else { return None };
        let ExprKind::Attribute(action, word) = module.expr(*base) else { return None };
        let ExprKind::Name(action) = module.expr(*action) else { return None };
        (code.text(*word) == "mapping")
            .then(|| (code.text(*action).to_owned(), code.text(*method).to_uppercase()))
    })
}
