//! Views of Django REST framework: permissions, authentication, throttles and parsers, with the project's defaults.

use super::access::{Access, Entry, body_entry};
use super::ask::Asked;
use super::csrf::Csrf;
use super::view::Target;
use super::{Origin, Route};
use crate::code::{BinaryOp, ClassRef, ExprId, ExprKind, FunctionRef, Meaning, Module, ScopeId};
use crate::value::{Truth, Value};
use barding_source::Span;

/// The classes that a view names for something, or the project's default names.
enum Named<'c> {
    /// Written in the code.
    Written { module: &'c Module, scope: ScopeId, items: Vec<ExprId>, place: Span },
    /// Named by `REST_FRAMEWORK` in the settings.
    Setting(Vec<String>),
    /// The framework's own default.
    Framework,
    /// A method decides, or it is not known.
    Decided(String, Option<Span>),
}

/// Whether a route leads to a view of the framework.
fn is_api(asked: &Asked<'_>, route: &Route) -> bool {
    if route.origin == Origin::Router || !route.actions.is_empty() {
        return true;
    }
    match route.view.target {
        Target::Function(_) => asked
            .decorators_of(route)
            .iter()
            .any(|decorator| decorator.name == "rest_framework.decorators.api_view"),
        Target::Class(class) => is_api_class(asked, class),
        Target::Outside => route.view.name.starts_with("rest_framework"),
        Target::Unknown => false,
    }
}

fn is_api_class(asked: &Asked<'_>, class: ClassRef) -> bool {
    asked.classes.inherits(class, |base| {
        [
            "rest_framework.views.",
            "rest_framework.generics.",
            "rest_framework.viewsets.",
            "rest_framework.mixins.",
        ]
        .iter()
        .any(|own| base.starts_with(own))
            || base.ends_with("APIView")
            || base.ends_with("ViewSet")
    })
}

/// Who may enter a view of the framework; `None` for other views.
pub(super) fn access(
    asked: &Asked<'_>,
    route: &Route,
    found: &[(Entry, String, Option<Span>)],
) -> Option<Access> {
    if !is_api(asked, route) {
        return None;
    }
    let named =
        named(asked, route, "permission_classes", "DEFAULT_PERMISSION_CLASSES", Some("get_permissions"));
    let mut access = permissions(asked, &named);
    if access.entry == Entry::Login
        && let Some(kind) = tokens_only(asked, route)
    {
        access.entry = Entry::Token(kind);
    }
    // What mixins and `initial` ask comes on top.
    if matches!(access.entry, Entry::Public | Entry::Unknown)
        && let Some((entry, because, place)) =
            found.iter().filter(|(entry, ..)| *entry != Entry::Public).max_by(|a, b| a.0.cmp(&b.0))
    {
        access = Access::of(entry.clone(), because.clone(), *place);
    }
    if access.entry == Entry::Public
        && !access.stated
        && let Some((entry, because, place)) = in_body(asked, route)
    {
        access = Access::of(entry, because, Some(place));
    }
    Some(access)
}

fn in_body(asked: &Asked<'_>, route: &Route) -> Option<(Entry, String, Span)> {
    asked.reached(route).iter().take_while(|(_, depth)| *depth <= 1).find_map(|(function, _)| {
        let function = *function;
        let facts = asked.facts(function);
        let (place, word) = facts.asks.first()?;
        let name = asked.code.text(asked.code.function(function).name).to_owned();
        Some((Entry::Custom(format!("in {name}")), format!("`{name}` uses `{word}`"), *place))
    })
}

/// Who may enter where a view says nothing.
pub(super) fn default_access(asked: &Asked<'_>) -> Access {
    permissions(asked, &default(asked, "DEFAULT_PERMISSION_CLASSES"))
}

fn permissions(asked: &Asked<'_>, named: &Named<'_>) -> Access {
    match named {
        Named::Written { items, place, .. } if items.is_empty() => {
            Access::of(Entry::Public, "`permission_classes` is empty", Some(*place))
        }
        Named::Written { module, scope, items, place } => {
            let all: Vec<(Entry, bool, String)> =
                items.iter().map(|item| permission(asked, module, *scope, *item, 6)).collect();
            let read = all.iter().all(|(_, read, _)| *read);
            let strongest = all.into_iter().max_by(|a, b| a.0.cmp(&b.0));
            let (entry, _, name) = strongest.unwrap_or((Entry::Unknown, false, String::new()));
            let mut access = Access::of(entry, format!("`{name}`"), Some(*place));
            access.public_read = read && access.entry != Entry::Public;
            access
        }
        Named::Setting(names) => {
            let all: Vec<(Entry, bool)> = names.iter().map(|name| permission_named(asked, name)).collect();
            let read = !all.is_empty() && all.iter().all(|(_, read)| *read);
            let entry = all.into_iter().map(|(entry, _)| entry).max().unwrap_or(Entry::Public);
            let shown = names.iter().map(|name| last(name)).collect::<Vec<_>>().join(", ");
            let mut access = Access::of(entry, format!("`DEFAULT_PERMISSION_CLASSES`: {shown}"), None);
            access.stated = false;
            access.public_read = read && access.entry != Entry::Public;
            access
        }
        Named::Framework => {
            Access::public("it names no permission, and Django REST framework's default lets everybody in")
        }
        Named::Decided(why, place) => Access {
            entry: Entry::Unknown,
            because: vec![(why.clone(), *place)],
            public_read: false,
            stated: false,
        },
    }
}

fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// One permission class as written, perhaps composed with `|`, `&` and `~`.
fn permission(
    asked: &Asked<'_>,
    module: &Module,
    scope: ScopeId,
    expr: ExprId,
    fuel: usize,
) -> (Entry, bool, String) {
    let Some(fuel) = fuel.checked_sub(1) else { return (Entry::Unknown, false, String::new()) };
    match module.expr(expr) {
        ExprKind::Binary(op @ (BinaryOp::Or | BinaryOp::And), left, right) => {
            let a = permission(asked, module, scope, *left, fuel);
            let b = permission(asked, module, scope, *right, fuel);
            let name = format!("{} {} {}", a.2, if *op == BinaryOp::Or { "|" } else { "&" }, b.2);
            if *op == BinaryOp::Or {
                // Either lets in: the weaker counts; what is not known may be weaker still.
                let entry = a.0.min(b.0);
                (entry, a.1 || b.1, name)
            } else {
                (a.0.max(b.0), a.1 && b.1, name)
            }
        }
        ExprKind::Unary(_) | ExprKind::Not(_) => {
            let source: String = module.source(expr).chars().take(60).collect();
            (Entry::Custom(source.clone()), false, source)
        }
        ExprKind::Call(call) => permission(asked, module, scope, call.callee, fuel),
        _ => {
            let source: String = module.source(expr).chars().take(60).collect();
            match asked.code.meaning(module.id, scope, expr) {
                Some(Meaning::Class(class)) => {
                    let (entry, read) = own_permission(asked, class);
                    (entry, read, source)
                }
                Some(Meaning::External(name)) => {
                    let (entry, read) = outside_permission(asked, &name);
                    (entry, read, source)
                }
                _ => (Entry::Custom(last(&source).to_owned()), false, source),
            }
        }
    }
}

fn permission_named(asked: &Asked<'_>, name: &str) -> (Entry, bool) {
    let from = asked.settings.and_then(|settings| asked.code.module_of_file(settings.file));
    match from.map(|from| asked.code.import_meaning(name, from.id, 24)) {
        Some(Meaning::Class(class)) => own_permission(asked, class),
        _ => outside_permission(asked, name),
    }
}

/// A permission class from outside. The second part says that everybody may read.
fn outside_permission(asked: &Asked<'_>, name: &str) -> (Entry, bool) {
    let last = last(name);
    match last {
        "AllowAny" => (Entry::Public, true),
        "IsAuthenticated" => (Entry::Login, false),
        "IsAdminUser" => (Entry::Staff, false),
        "IsAuthenticatedOrReadOnly" => (Entry::Login, true),
        "DjangoModelPermissionsOrAnonReadOnly" => (Entry::Permission("of the model".to_owned()), true),
        "DjangoModelPermissions" | "DjangoObjectPermissions" => {
            (Entry::Permission("of the model".to_owned()), false)
        }
        "IsAuthenticatedOrTokenHasScope"
        | "TokenHasScope"
        | "TokenHasReadWriteScope"
        | "TokenHasResourceScope"
        | "TokenMatchesOASRequirements"
        | "HasAPIKey" => (Entry::Token(last.to_owned()), false),
        "BasePermission" => (Entry::Public, true),
        _ if asked.model.access.iter().any(|own| own == name) => (Entry::Custom(last.to_owned()), false),
        _ => (Entry::Custom(last.to_owned()), false),
    }
}

/// A permission class of the project.
fn own_permission(asked: &Asked<'_>, class: ClassRef) -> (Entry, bool) {
    let name = asked.code.text(asked.code.class(class).name).to_owned();
    let inherited = asked
        .classes
        .outside(class)
        .iter()
        .map(|base| outside_permission(asked, base))
        .filter(|(entry, _)| !matches!(entry, Entry::Public | Entry::Custom(_)))
        .max_by(|a, b| a.0.cmp(&b.0));
    let Some(method) = asked.classes.method(class, "has_permission") else {
        // Only objects are asked about, so lists and creation are open.
        return match inherited {
            Some(inherited) => inherited,
            None if asked.classes.method(class, "has_object_permission").is_some() => {
                (Entry::Custom(format!("{name} (objects only)")), false)
            }
            None => (Entry::Custom(name), false),
        };
    };
    let module = asked.code.module(method.module);
    let (start, end) = module.function(method.function).whole;
    let source = module.file.text.get(start as usize..end as usize).unwrap_or_default();
    if returns_true_only(asked, method) {
        return (Entry::Public, true);
    }
    let read = source.contains("SAFE_METHODS") || inherited.as_ref().is_some_and(|(_, read)| *read);
    if let Some((entry, _)) = inherited
        && source.contains("super()")
    {
        return (entry, read);
    }
    match body_entry(asked, method, 3) {
        Some(entry @ (Entry::Login | Entry::Staff | Entry::Superuser)) => (entry, read),
        _ => (Entry::Custom(name), read),
    }
}

/// Whether a function does nothing but `return True`.
fn returns_true_only(asked: &Asked<'_>, function: FunctionRef) -> bool {
    let module = asked.code.module(function.module);
    let body = &module.function(function.function).body;
    let mut said = body.iter().filter(|statement| {
        !matches!(&statement.kind, crate::code::StmtKind::Expr(expr) if matches!(module.expr(*expr), ExprKind::Text(_)))
    });
    match (said.next().map(|statement| &statement.kind), said.next()) {
        (Some(crate::code::StmtKind::Return(Some(value))), None) => {
            matches!(module.expr(*value), ExprKind::Bool(true))
        }
        _ => false,
    }
}

/// The classes a view names: of its action, its own, by a decorator, or the project's default.
fn named<'c>(
    asked: &Asked<'c>,
    route: &Route,
    attribute: &str,
    setting: &str,
    decided_by: Option<&str>,
) -> Named<'c> {
    match route.view.target {
        Target::Function(_) => {
            for decorator in asked.decorators_of(route) {
                if decorator.name.starts_with("rest_framework.decorators.")
                    && decorator.last() == attribute
                    && let Some(first) = decorator.arguments.first()
                {
                    return written(decorator.module, decorator.scope, first.value, decorator.place, 4);
                }
            }
            default(asked, setting)
        }
        Target::Class(class) => {
            if let Some((_, Value::List(items))) =
                route.view.options.iter().find(|(name, _)| name == attribute)
            {
                let names = items
                    .iter()
                    .filter_map(|item| match item {
                        Value::Name(name) => Some(name.to_string()),
                        _ => None,
                    })
                    .collect();
                return Named::Setting(names);
            }
            for (_, action) in &route.actions {
                if let Some(found) = of_action(asked, class, action, attribute) {
                    return found;
                }
            }
            if let Some(decided_by) = decided_by
                && let Some(method) = asked.classes.method(class, decided_by)
            {
                return decided(asked, route, method, decided_by);
            }
            match asked.classes.value(class, attribute) {
                Some((owner, value)) => {
                    let (module, scope) = asked.classes.inside(owner);
                    written(module, scope, value, module.span(value), 4)
                }
                None => {
                    let unknown = asked.classes.outside(class).into_iter().find(|base| {
                        ![
                            "rest_framework.",
                            "django.",
                            "builtins.",
                            "typing.",
                            "django_filters.",
                            "drf_spectacular.",
                        ]
                        .iter()
                        .any(|own| base.starts_with(own))
                    });
                    match unknown {
                        Some(base) => Named::Decided(
                            format!("`{base}`, a base of its class, is not part of the project"),
                            None,
                        ),
                        None => default(asked, setting),
                    }
                }
            }
        }
        Target::Outside
            if matches!(last(&route.view.name), "ObtainAuthToken" | "obtain_auth_token")
                || last(&route.view.name).starts_with("Token") =>
        {
            Named::Setting(vec!["rest_framework.permissions.AllowAny".to_owned()])
        }
        Target::Outside => default(asked, setting),
        Target::Unknown => Named::Decided("the view is not known".to_owned(), None),
    }
}

/// `get_permissions`: what it gives in all cases, if it is always the same; otherwise only that it decides.
fn decided<'c>(asked: &Asked<'c>, route: &Route, method: FunctionRef, name: &str) -> Named<'c> {
    let module = asked.code.module(method.module);
    let place = module.function_span(method.function);
    let (start, end) = module.function(method.function).whole;
    let source = module.file.text.get(start as usize..end as usize).unwrap_or_default();
    // It only reads `self.permission_classes` again.
    let own = match route.view.target {
        Target::Class(class) => asked.classes.value(class, "permission_classes"),
        _ => None,
    };
    if let Some((owner, value)) = own
        && !source.contains("action")
        && !source.contains("method")
        && !source.contains("if ")
    {
        let (module, scope) = asked.classes.inside(owner);
        return written(module, scope, value, module.span(value), 4);
    }
    Named::Decided(format!("`{name}` decides"), Some(place))
}

/// The keyword of an `@action` decorator.
fn of_action<'c>(asked: &Asked<'c>, class: ClassRef, action: &str, attribute: &str) -> Option<Named<'c>> {
    let function = asked.classes.method(class, action)?;
    for decorator in asked.decorators(asked.classes.decorators(function)) {
        if matches!(decorator.last(), "action" | "detail_route" | "list_route")
            && let Some(value) = asked.keyword(&decorator, attribute)
        {
            return Some(written(decorator.module, decorator.scope, value, decorator.place, 4));
        }
    }
    None
}

fn written<'c>(module: &'c Module, scope: ScopeId, value: ExprId, place: Span, fuel: usize) -> Named<'c> {
    match module.expr(value) {
        ExprKind::List(items) | ExprKind::Tuple(items) | ExprKind::Set(items) => {
            Named::Written { module, scope, items: items.to_vec(), place }
        }
        ExprKind::Binary(BinaryOp::Add, left, right) => {
            let mut items = Vec::new();
            for side in [left, right] {
                if let Named::Written { items: more, .. } =
                    written(module, scope, *side, place, fuel.saturating_sub(1))
                {
                    items.extend(more);
                }
            }
            Named::Written { module, scope, items, place }
        }
        // A name for a list elsewhere in the module.
        ExprKind::Name(name) if fuel > 0 => {
            let mut at = Some(scope);
            while let Some(id) = at {
                if let [crate::code::Binding::Assigned(value)] = module.scope(id).of(*name) {
                    return written(module, id, *value, place, fuel - 1);
                }
                at = module.scope(id).parent;
            }
            Named::Written { module, scope, items: vec![value], place }
        }
        ExprKind::Attribute(..) | ExprKind::Call(_) => {
            Named::Decided("what `permission_classes` is here was not followed".to_owned(), Some(place))
        }
        _ => Named::Written { module, scope, items: vec![value], place },
    }
}

fn default<'c>(asked: &Asked<'c>, setting: &str) -> Named<'c> {
    let Some(framework) = asked.setting("REST_FRAMEWORK") else {
        return match asked.settings {
            Some(settings) if settings.open.is_none() => Named::Framework,
            Some(_) => Named::Decided("`REST_FRAMEWORK` is not known".to_owned(), None),
            None => Named::Decided(
                "no settings module is known, so the default permission is not".to_owned(),
                None,
            ),
        };
    };
    let dictionary = match framework {
        Value::Dict(_) => framework,
        other => match other.when_unset() {
            Some(known @ Value::Dict(_)) => known,
            _ => return Named::Decided("`REST_FRAMEWORK` is not known".to_owned(), None),
        },
    };
    let Some(value) = dictionary.key(setting) else {
        let open = dictionary
            .entries()
            .is_some_and(|entries| entries.iter().any(|(key, _)| matches!(key, Value::Rest(_))));
        return if open {
            Named::Decided("`REST_FRAMEWORK` is not known whole".to_owned(), None)
        } else {
            Named::Framework
        };
    };
    let value = match value {
        Value::OneOf(_) => value.when_unset().unwrap_or(value),
        value => value,
    };
    match value.items() {
        Some(items) if items.iter().all(|item| item.text().is_some()) => {
            Named::Setting(items.iter().filter_map(Value::text).map(str::to_owned).collect())
        }
        _ => Named::Decided(format!("`{setting}` is not known"), None),
    }
}

/// The names of the authentication classes.
fn authenticators(asked: &Asked<'_>, route: &Route) -> Option<Vec<String>> {
    let named = named(
        asked,
        route,
        "authentication_classes",
        "DEFAULT_AUTHENTICATION_CLASSES",
        Some("get_authenticators"),
    );
    names(asked, &named, || {
        vec![
            "rest_framework.authentication.SessionAuthentication".to_owned(),
            "rest_framework.authentication.BasicAuthentication".to_owned(),
        ]
    })
}

fn names(asked: &Asked<'_>, named: &Named<'_>, framework: impl Fn() -> Vec<String>) -> Option<Vec<String>> {
    match named {
        Named::Written { module, scope, items, .. } => Some(
            items
                .iter()
                .map(|item| {
                    asked
                        .code
                        .name_of(module.id, *scope, *item)
                        .unwrap_or_else(|| module.source(*item).chars().take(80).collect())
                })
                .collect(),
        ),
        Named::Setting(names) => Some(names.clone()),
        Named::Framework => Some(framework()),
        Named::Decided(..) => None,
    }
}

/// The kind of token, when nothing but tokens is accepted.
fn tokens_only(asked: &Asked<'_>, route: &Route) -> Option<String> {
    let names = authenticators(asked, route)?;
    let is_token = |name: &String| {
        let last = last(name);
        ["Token", "JWT", "OAuth2", "Bearer", "APIKey", "ApiKey", "Signature"]
            .iter()
            .any(|word| last.contains(word))
    };
    (!names.is_empty() && names.iter().all(is_token))
        .then(|| last(&names[0]).trim_end_matches("Authentication").to_owned())
}

/// How the framework treats CSRF: views are exempt, and session authentication asks for itself.
pub(super) fn csrf(asked: &Asked<'_>, route: &Route) -> Option<Csrf> {
    if !is_api(asked, route) {
        return None;
    }
    let (protected, because) = match authenticators(asked, route) {
        None => (Truth::Maybe, "the authentication classes are not known".to_owned()),
        Some(names) if names.is_empty() => (Truth::No, "no authentication, so nothing to protect".to_owned()),
        Some(names) => {
            let sessions = names.iter().any(|name| session_asks(asked, name));
            let cookies =
                names.iter().any(|name| last(name).contains("Session") || last(name).contains("Cookie"));
            if sessions {
                (Truth::Yes, "session authentication asks visitors who are logged in by a cookie".to_owned())
            } else if cookies {
                (Truth::No, "its session authentication does not ask for a token".to_owned())
            } else {
                (Truth::Yes, "no cookie logs in here".to_owned())
            }
        }
    };
    Some(Csrf { protected, because, place: None, exempted: false })
}

/// Whether an authentication class enforces the token as `SessionAuthentication` does.
fn session_asks(asked: &Asked<'_>, name: &str) -> bool {
    if name == "rest_framework.authentication.SessionAuthentication" {
        return true;
    }
    let from = asked.settings.and_then(|settings| asked.code.module_of_file(settings.file));
    let Some(Meaning::Class(class)) = from.map(|from| asked.code.import_meaning(name, from.id, 24)) else {
        return false;
    };
    asked.classes.method(class, "enforce_csrf").is_none()
        && asked.classes.inherits(class, |base| base.ends_with(".SessionAuthentication"))
}

/// Fills in throttles and parsers.
pub(super) fn describe(asked: &Asked<'_>, route: &mut Route) {
    if route.origin == Origin::Socket {
        return;
    }
    for decorator in asked.decorators_of(route) {
        if matches!(decorator.last(), "ratelimit" | "axes_dispatch" | "throttle") {
            route.throttled = Some(format!("`{}`", decorator.last()));
        }
    }
    for wrapper in &route.wrappers {
        if matches!(last(wrapper.name.trim_end_matches("()")), "ratelimit" | "axes_dispatch") {
            route.throttled = Some(format!("`{}`", last(&wrapper.name)));
        }
    }
    if !is_api(asked, route) {
        return;
    }
    route.is_api = true;
    let throttles = named(asked, route, "throttle_classes", "DEFAULT_THROTTLE_CLASSES", None);
    if let Some(names) = names(asked, &throttles, Vec::new)
        && !names.is_empty()
    {
        route.throttled = Some(names.iter().map(|name| last(name)).collect::<Vec<_>>().join(", "));
    }
    if route.methods.has_unsafe() {
        let parsers = named(asked, route, "parser_classes", "DEFAULT_PARSER_CLASSES", None);
        let written_here = matches!(parsers, Named::Written { .. });
        if let Some(names) = names(asked, &parsers, Vec::new) {
            for name in names {
                if matches!(last(&name), "FileUploadParser" | "MultiPartParser") && written_here {
                    route.uploads.push(last(&name).to_owned());
                }
            }
        }
    }
}
