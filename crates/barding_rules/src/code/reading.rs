//! What the rules about views ask of single expressions: which part of the request one reads, and what a name was given.

use barding_project::Project;
use barding_project::code::{Binding, Call, ClassRef, ExprId, ExprKind, FunctionId, Meaning, Module};

/// A value read from the request by name: `request.COOKIES.get("role")` has the bag `COOKIES` and the key `role`.
pub(super) struct Read<'m> {
    /// The attribute of the request.
    pub(super) bag: &'m str,
    /// The name in it.
    pub(super) key: &'m str,
}

/// What an expression reads from the request, when it names it: `request.GET["x"]`, `request.META.get("X", "")`.
pub(super) fn read<'m>(project: &'m Project, module: &'m Module, expr: ExprId) -> Option<Read<'m>> {
    let (bag, key) = match module.expr(expr) {
        ExprKind::Subscript(bag, key) => (*bag, *key),
        ExprKind::Call(call) => match module.expr(call.callee) {
            ExprKind::Attribute(bag, method)
                if matches!(project.code.text(*method), "get" | "pop" | "getlist") =>
            {
                (*bag, call.arguments.first()?.value)
            }
            _ => return None,
        },
        _ => return None,
    };
    let ExprKind::Attribute(request, name) = module.expr(bag) else { return None };
    let is_request = match module.expr(*request) {
        ExprKind::Name(name) | ExprKind::Attribute(_, name) => {
            matches!(project.code.text(*name), "request" | "req" | "_request")
        }
        _ => false,
    };
    let bag = project.code.text(*name);
    let known =
        matches!(bag, "GET" | "POST" | "COOKIES" | "META" | "headers" | "data" | "query_params" | "FILES");
    match module.expr(key) {
        ExprKind::Text(key) if is_request && known => Some(Read { bag, key }),
        _ => None,
    }
}

/// The one value that a name of the function is given, or the expression itself.
pub(super) fn given(module: &Module, function: FunctionId, expr: ExprId) -> ExprId {
    match module.expr(expr) {
        ExprKind::Name(name) if function != FunctionId::BODY => {
            match module.scope(module.function(function).scope).of(*name) {
                [Binding::Assigned(value)] => *value,
                _ => expr,
            }
        }
        _ => expr,
    }
}

/// The expressions inside another, itself included, and those inside what its names are given, two names deep.
pub(super) fn parts(module: &Module, function: FunctionId, expr: ExprId) -> Vec<ExprId> {
    let mut parts = inside(module, function, expr);
    let mut from = 0;
    for _ in 0..2 {
        let end = parts.len();
        for at in from..end {
            let value = given(module, function, parts[at]);
            if value != parts[at] && !parts.contains(&value) && parts.len() < 200 {
                parts.extend(inside(module, function, value));
            }
        }
        from = end;
    }
    parts
}

fn inside(module: &Module, function: FunctionId, expr: ExprId) -> Vec<ExprId> {
    let outer = module.span(expr);
    module
        .expressions_within(function)
        .filter(|inner| {
            let inner = module.span(*inner);
            outer.start <= inner.start && inner.end <= outer.end
        })
        .take(120)
        .collect()
}

/// The methods of these classes with their modules: of a class and those it inherits from, say.
pub(super) fn methods<'p>(
    project: &'p Project,
    classes: &'p [ClassRef],
) -> impl Iterator<Item = (&'p Module, FunctionId)> {
    classes.iter().flat_map(|at| {
        let module = project.code.module(at.module);
        let functions = (0..module.functions.len()).map(|number| FunctionId(number as u32));
        functions
            .filter(|function| module.function(*function).class == Some(at.class))
            .map(move |function| (module, function))
    })
}

/// The text of a function, from its first decorator to its end.
pub(super) fn whole(module: &Module, function: FunctionId) -> &str {
    let (start, end) = module.function(function).whole;
    module.file.text.get(start as usize..end as usize).unwrap_or_default()
}

/// Words of code that asks who the visitor is, or what the visitor may.
const ASKS_WHO: &[&str] = &[
    "request.user",
    "has_perm",
    "has_object_perm",
    "PermissionDenied",
    "Forbidden",
    "is_staff",
    "is_superuser",
    "is_authenticated",
    "is_anonymous",
    "check_",
    "permission",
    "authoriz",
    "authoris",
    "can_",
    "test_func",
    "allowed",
    "accessible",
    "visible",
    "login",
    "_403",
    "api_key",
    "signature",
    "token",
    "self.get_object",
    "get_queryset",
];

/// Whether a piece of code speaks of the visitor's rights at all.
pub(super) fn asks_who(text: &str) -> bool {
    ASKS_WHO.iter().any(|word| text.contains(word))
}

/// Whether a function speaks of the visitor's rights, itself or in a function of the project that it calls.
pub(super) fn asks_within(project: &Project, module: &Module, function: FunctionId) -> bool {
    asks_who(whole(module, function))
        || project.code.calls_within(module, function).any(|call| match &call.site.meaning {
            Some(Meaning::Function(called)) => {
                asks_who(whole(project.code.module(called.module), called.function))
            }
            _ => own_method_asks(project, module, function, &call),
        })
}

/// `self.guard()`: a method of the class, or of one of the project that it inherits from.
fn own_method_asks(project: &Project, module: &Module, function: FunctionId, call: &Call<'_>) -> bool {
    let (Some(class), Some(name), Some(receiver)) =
        (module.function(function).class, call.last_name(), call.receiver())
    else {
        return false;
    };
    let Some(facts) = project.code.class_facts(ClassRef { module: module.id, class }) else { return false };
    matches!(module.source(receiver), "self" | "cls" | "super()")
        && methods(project, &facts.order).any(|(at, method)| {
            (at.id, method) != (module.id, function)
                && project.code.text(at.function(method).name) == name
                && asks_who(whole(at, method))
        })
}

/// Parts of the names of views that strangers must reach: logging in, signing up, what other machines call.
const ENTRANCES: &[&str] = &[
    "login",
    "logout",
    "signup",
    "signin",
    "register",
    "registration",
    "password",
    "auth",
    "webhook",
    "callback",
    "contact",
    "verify",
    "confirm",
    "activate",
    "health",
    "public",
    "subscribe",
    "captcha",
    "hook",
    "session",
];

/// Whether a name tells of a view that strangers must reach.
pub(super) fn is_entrance(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ENTRANCES.iter().any(|word| lower.contains(word))
}

/// Whether a view is meant for strangers, as its name tells: an entrance, or what a site shows everybody.
pub(super) fn is_for_strangers(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let shown = [
        "invit", "home", "index", "about", "landing", "share", "embed", "feed", "robots", "sitemap", "error",
        "handler", "media", "static", "ping", "status", "version",
    ];
    is_entrance(name) || shown.iter().any(|word| lower.contains(word))
}
