//! APIs of django-ninja: the operations of an API and of the routers it is given.

use super::access::{Access, Entry};
use super::library::{LibraryKind, LibraryUrls, is_instance};
use super::pattern::of_route;
use super::table::{Around, Builder, blank};
use super::view::View;
use super::{Methods, Origin};
use crate::code::{
    ArgumentHow, Binding, CallSyntax, Code, Constant, ExprId, ExprKind, FunctionId, FunctionRef, Module,
    ModuleId, ScopeId, Symbol,
};
use crate::value::{Truth, Value};
use barding_source::Span;

/// A name of a module that holds an API or a router.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Holder {
    module: ModuleId,
    name: Symbol,
}

const DOCS: LibraryUrls =
    LibraryUrls { name: "django-ninja", what: "the description of the API", kind: LibraryKind::Schema };

fn is_api(name: &str) -> bool {
    matches!(name, "ninja.NinjaAPI" | "ninja.main.NinjaAPI" | "ninja_extra.NinjaExtraAPI")
}

/// The API that a name means: `shop.api.api`.
pub(super) fn api_of(
    builder: &Builder<'_, '_>,
    object: &str,
    value: &Value,
    from: Option<ModuleId>,
) -> Option<Holder> {
    let code = builder.code();
    if let Value::Call(call) = value {
        // An API made in a module that was executed: found again by where it is made.
        let class = object.strip_suffix("()").unwrap_or(object);
        if !is_api(class) {
            return None;
        }
        let module = code.module_of_file(call.place.file)?;
        let mut names: Vec<Symbol> = module
            .scope(ScopeId(0))
            .bindings
            .iter()
            .filter(|(_, bindings)| {
                bindings.iter().any(|binding| {
                    matches!(binding, Binding::Assigned(value) if module.span(*value) == call.place)
                })
            })
            .map(|(name, _)| *name)
            .collect();
        names.sort_unstable();
        return names.first().map(|name| Holder { module: module.id, name: *name });
    }
    if !is_instance(builder, object, from, is_api) {
        return None;
    }
    let (module, name) = object.rsplit_once('.')?;
    let module = code.module(code.module_named(module, from)?);
    home(code, module, code.known_symbol(name)?, 8)
}

/// Where a name of a module is really defined.
fn home(code: &Code, module: &Module, name: Symbol, fuel: usize) -> Option<Holder> {
    let fuel = fuel.checked_sub(1)?;
    if let Some(binding) = module.scope(ScopeId(0)).of(name).iter().next() {
        match binding {
            Binding::Import(target) => {
                let (other, last) = target.rsplit_once('.')?;
                let other = code.module(code.module_named(other, Some(module.id))?);
                return home(code, other, code.known_symbol(last)?, fuel);
            }
            _ => return Some(Holder { module: module.id, name }),
        }
    }
    None
}

/// The holder that an expression at the top of a module means.
fn holder(code: &Code, module: &Module, expr: ExprId) -> Option<Holder> {
    match module.expr(expr) {
        ExprKind::Name(name) => home(code, module, *name, 8),
        ExprKind::Text(text) => {
            let (other, last) = text.rsplit_once('.')?;
            let other = code.module(code.module_named(other, Some(module.id))?);
            home(code, other, code.known_symbol(last)?, 8)
        }
        ExprKind::Attribute(base, name) => {
            let crate::code::Meaning::Module(other) = code.meaning(module.id, ScopeId(0), *base)? else {
                return None;
            };
            home(code, code.module(other), *name, 8)
        }
        _ => None,
    }
}

/// Adds an API.
pub(super) fn add(builder: &mut Builder<'_, '_>, around: Around, api: Holder) {
    let mut here = around;
    let made = made(builder.code(), api);
    let docs = made.as_ref().and_then(|(module, call)| keyword(builder.code(), module, call, "docs_url"));
    let schema =
        made.as_ref().and_then(|(module, call)| keyword(builder.code(), module, call, "openapi_url"));
    let guard = made.as_ref().and_then(|(module, call)| {
        keyword_expr(builder.code(), call, "docs_decorator").map(|expr| module.source(expr).to_owned())
    });
    here.namespaces.push("api".to_owned());
    for (given, path) in [(&docs, "docs"), (&schema, "openapi.json")] {
        if *given == Some(Constant::None) || docs == Some(Constant::None) && path == "docs" {
            continue;
        }
        let mut below = here.clone();
        below.pattern.push_str(match given {
            Some(Constant::Text(own)) => own.trim_start_matches('/'),
            _ => path,
        });
        let mut route = blank(below, View::outside("ninja.openapi.views"), None, Origin::Library);
        DOCS.describe(&mut route);
        route.library = Some(DOCS);
        route.methods = Methods::only(&["GET"]);
        if let Some(guard) = &guard {
            let entry = if guard.contains("staff") { Entry::Staff } else { Entry::Custom(guard.clone()) };
            route.access = Access::of(entry, "`docs_decorator`", None);
        }
        builder.push(route);
    }
    let inherited = made.and_then(|(module, call)| auth(builder.code(), module, call));
    let mut seen = Vec::new();
    operations(builder, &here, api, inherited, &mut seen);
}

/// The call that made a holder's object.
fn made(code: &Code, holder: Holder) -> Option<(&Module, &CallSyntax)> {
    let module = code.module(holder.module);
    module.scope(ScopeId(0)).of(holder.name).iter().find_map(|binding| match binding {
        Binding::Assigned(value) => match module.expr(*value) {
            ExprKind::Call(call) => Some((module, &**call)),
            _ => None,
        },
        _ => None,
    })
}

fn keyword_expr(code: &Code, call: &CallSyntax, wanted: &str) -> Option<ExprId> {
    call.arguments.iter().find_map(|argument| match argument.how {
        ArgumentHow::Keyword(name) if code.text(name) == wanted => Some(argument.value),
        _ => None,
    })
}

fn keyword(code: &Code, module: &Module, call: &CallSyntax, wanted: &str) -> Option<Constant> {
    code.constant(module.id, ScopeId(0), keyword_expr(code, call, wanted)?)
}

/// What `auth=…` says; `None` when it is not written.
fn auth(code: &Code, module: &Module, call: &CallSyntax) -> Option<(Entry, Truth, Span)> {
    let value = keyword_expr(code, call, "auth")?;
    let place = module.span(value);
    if matches!(module.expr(value), ExprKind::None) {
        return Some((Entry::Public, Truth::Yes, place));
    }
    let source = module.source(value);
    let by_cookie = ["django_auth", "Session", "Cookie"].iter().any(|word| source.contains(word));
    let entry = if source.contains("superuser") || source.contains("SuperUser") {
        Entry::Superuser
    } else if source.contains("is_staff") || source.contains("IsStaff") {
        Entry::Staff
    } else if by_cookie {
        Entry::Login
    } else {
        Entry::Token(source.chars().take(40).collect())
    };
    Some((entry, Truth::Yes, place))
}

fn operations(
    builder: &mut Builder<'_, '_>,
    around: &Around,
    of: Holder,
    inherited: Option<(Entry, Truth, Span)>,
    seen: &mut Vec<Holder>,
) {
    if seen.contains(&of) || seen.len() > 60 {
        return;
    }
    seen.push(of);
    let code = builder.code();
    for module in &code.modules {
        if !module.file.text.contains("ninja")
            && module.id != of.module
            && !module.file.text.contains(code.text(of.name))
        {
            continue;
        }
        for (at, function) in module.functions.iter().enumerate().skip(1) {
            for decorator in &function.decorators {
                let ExprKind::Call(call) = module.expr(*decorator) else { continue };
                let ExprKind::Attribute(base, method) = module.expr(call.callee) else { continue };
                let method = code.text(*method);
                if !matches!(method, "get" | "post" | "put" | "patch" | "delete" | "api_operation")
                    || holder(code, module, *base) != Some(of)
                {
                    continue;
                }
                let reference = FunctionRef { module: module.id, function: FunctionId(at as u32) };
                operation(
                    builder,
                    around,
                    module,
                    call,
                    method,
                    reference,
                    inherited.clone(),
                    module.span(*decorator),
                );
            }
        }
        for site in &module.calls {
            let ExprKind::Call(call) = module.expr(site.expr) else { continue };
            let ExprKind::Attribute(base, method) = module.expr(call.callee) else { continue };
            if code.text(*method) != "add_router" || holder(code, module, *base) != Some(of) {
                continue;
            }
            let position = |at: usize| {
                call.arguments
                    .iter()
                    .filter(|argument| argument.how == ArgumentHow::Position)
                    .nth(at)
                    .map(|argument| argument.value)
            };
            let prefix = position(0).or_else(|| keyword_expr(code, call, "prefix"));
            let router = position(1).or_else(|| keyword_expr(code, call, "router"));
            let (Some(prefix), Some(router)) = (prefix, router) else { continue };
            let mut below = around.clone();
            match code.constant(module.id, site.scope, prefix) {
                Some(Constant::Text(text)) => {
                    let text = text.trim_start_matches('/');
                    below.parameters.extend(of_route(&braces(text), builder.converters));
                    below.pattern.push_str(&braces(text));
                }
                _ => below.known = false,
            }
            below.places.push(module.span(site.expr));
            let Some(router) = holder(code, module, router) else { continue };
            let own = auth(code, module, call)
                .or_else(|| made(code, router).and_then(|(module, call)| auth(code, module, call)))
                .or_else(|| inherited.clone());
            operations(builder, &below, router, own, seen);
        }
    }
}

/// django-ninja writes `{int:pk}` for `<int:pk>`.
fn braces(path: &str) -> String {
    path.replace('{', "<").replace('}', ">")
}

#[expect(clippy::too_many_arguments, reason = "one operation as it is written")]
fn operation(
    builder: &mut Builder<'_, '_>,
    around: &Around,
    module: &Module,
    call: &CallSyntax,
    method: &str,
    function: FunctionRef,
    inherited: Option<(Entry, Truth, Span)>,
    place: Span,
) {
    let code = builder.code();
    let at = usize::from(method == "api_operation");
    let path = call
        .arguments
        .iter()
        .filter(|argument| argument.how == ArgumentHow::Position)
        .nth(at)
        .map(|argument| argument.value)
        .or_else(|| keyword_expr(code, call, "path"))
        .and_then(|path| code.constant(module.id, ScopeId(0), path));
    let mut here = around.clone();
    match path {
        Some(Constant::Text(text)) => {
            let text = braces(&text);
            here.parameters.extend(of_route(&text, builder.converters));
            // Slashes between the prefix and the path count once.
            let text = if here.pattern.is_empty() || here.pattern.ends_with('/') {
                text.trim_start_matches('/')
            } else {
                &text
            };
            here.pattern.push_str(text);
        }
        _ => here.known = false,
    }
    here.places.push(place);
    let route = blank(here, View::function(code, function), None, Origin::Operation);
    let mut route = builder.asked.finish(route);
    route.methods = if method == "api_operation" { Methods::any() } else { Methods::only(&[method]) };
    let own = auth(code, module, call).or(inherited);
    route.access = match own {
        Some((Entry::Public, _, place)) => Access::of(Entry::Public, "`auth=None`", Some(place)),
        Some((entry, _, place)) => Access::of(entry, "`auth=`", Some(place)),
        // What the body asks was found already.
        None if route.access.entry != Entry::Public => route.access,
        None => Access::public("neither the operation nor its API names `auth`"),
    };
    route.csrf.protected = Truth::Yes;
    route.csrf.exempted = false;
    route.csrf.because = match route.access.entry {
        Entry::Login | Entry::Staff | Entry::Superuser => {
            "authentication by cookie asks for a token".to_owned()
        }
        _ => "no cookie logs in here".to_owned(),
    };
    builder.push(route);
}
