//! From the value that stands in a URLconf to the view, through the decorators around it.

use super::classes::{dotted, made_by};
use crate::code::{ClassRef, Code, FunctionRef, Meaning, ModuleId};
use crate::eval::MADE_WITH;
use crate::value::{CallValue, Value};
use barding_source::Span;

/// A view.
#[derive(Clone, Debug)]
pub struct View {
    /// Its dotted name where it is defined: `shop.views.Cart`.
    pub name: String,
    /// Where it is defined, when it is the project's.
    pub place: Option<Span>,
    /// What it is.
    pub target: Target,
    /// Why it is not known, when it is not.
    pub unknown: Option<String>,
    /// The arguments of `as_view(…)`.
    pub options: Vec<(String, Value)>,
}

/// What a view is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A function of the project.
    Function(FunctionRef),
    /// A class of the project.
    Class(ClassRef),
    /// Something from outside, known by its name.
    Outside,
    /// Not known.
    Unknown,
}

/// A decorator around a view in the URLconf.
#[derive(Clone, Debug)]
pub struct Wrapper {
    /// Its dotted name.
    pub name: String,
    /// What it was given besides the view.
    pub arguments: Vec<Value>,
    /// Its keyword arguments.
    pub keywords: Vec<(String, Value)>,
    /// Where it stands.
    pub place: Span,
}

impl View {
    /// A view that is not known.
    pub(super) fn unknown(shown: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            name: shown.into(),
            place: None,
            target: Target::Unknown,
            unknown: Some(reason.into()),
            options: Vec::new(),
        }
    }

    /// A view from outside.
    pub(super) fn outside(name: impl Into<String>) -> Self {
        Self { name: name.into(), place: None, target: Target::Outside, unknown: None, options: Vec::new() }
    }

    /// A function of the project.
    pub(super) fn function(code: &Code, function: FunctionRef) -> Self {
        Self {
            name: dotted(code, function),
            place: Some(code.module(function.module).function_span(function.function)),
            target: Target::Function(function),
            unknown: None,
            options: Vec::new(),
        }
    }

    /// A class of the project.
    pub(super) fn class(code: &Code, class: ClassRef) -> Self {
        let module = code.module(class.module);
        Self {
            name: code.dotted(&Meaning::Class(class)),
            place: Some(module.class_span(class.class)),
            target: Target::Class(class),
            unknown: None,
            options: Vec::new(),
        }
    }
}

/// How many decorators are looked through.
const MOST_WRAPPERS: usize = 16;

/// The view that a value stands for, with the decorators around it, outermost first.
pub(super) fn view_of(code: &Code, value: &Value, from: Option<ModuleId>) -> (View, Vec<Wrapper>) {
    let mut wrappers = Vec::new();
    let view = unwrap(code, value, from, &mut wrappers);
    (view, wrappers)
}

fn unwrap(code: &Code, value: &Value, from: Option<ModuleId>, wrappers: &mut Vec<Wrapper>) -> View {
    match value {
        Value::Name(name) => named(code, name, from, wrappers),
        // `url(r"^$", "shop.views.index")`, which Django took until 1.9.
        Value::Text(name) if name.contains('.') => named(code, name, from, wrappers),
        Value::Call(call) => made(code, call, from, wrappers),
        Value::OneOf(branches) => branches.first().map_or_else(
            || View::unknown("?", "it is not known"),
            |first| unwrap(code, &first.value, from, wrappers),
        ),
        Value::Unknown(unknown) => View::unknown("?", &*unknown.text),
        other => View::unknown("?", format!("`{other}` is no view")),
    }
}

fn named(code: &Code, name: &str, from: Option<ModuleId>, wrappers: &mut Vec<Wrapper>) -> View {
    let meaning = match from {
        Some(from) => code.import_meaning(name, from, 24),
        None => Meaning::External(name.into()),
    };
    match meaning {
        Meaning::Function(function) | Meaning::Method(function, _) => View::function(code, function),
        Meaning::Class(class) | Meaning::Instance(class) => View::class(code, class),
        // A name that is bound to what a call gives: `index = login_required(index_view)`.
        Meaning::External(outside) => match assigned(code, name, from, wrappers) {
            Some(view) => view,
            None => View::outside(outside.replace("()", "")),
        },
        Meaning::Module(_) | Meaning::Super(_) => View::unknown(name, "it is a module"),
    }
}

/// `shop.views.index` where `index = View.as_view()` or `index = decorator(view)`.
fn assigned(code: &Code, name: &str, from: Option<ModuleId>, wrappers: &mut Vec<Wrapper>) -> Option<View> {
    let (module, last) = name.rsplit_once('.')?;
    let module = code.module(code.module_named(module, from)?);
    let symbol = code.known_symbol(last)?;
    let scope = crate::code::ScopeId(0);
    for binding in module.scope(scope).of(symbol).iter().rev() {
        match binding {
            crate::code::Binding::Assigned(value) => {
                return wrapped(code, module, scope, *value, wrappers, 6);
            }
            crate::code::Binding::Import(target) if **target != *name => {
                return Some(named(code, target, Some(module.id), wrappers))
                    .filter(|view| view.target != Target::Outside || !target.starts_with(&module.name));
            }
            _ => {}
        }
    }
    None
}

/// The view inside an expression of a module.
pub(super) fn wrapped(
    code: &Code,
    module: &crate::code::Module,
    scope: crate::code::ScopeId,
    expr: crate::code::ExprId,
    wrappers: &mut Vec<Wrapper>,
    fuel: usize,
) -> Option<View> {
    use crate::code::ExprKind;
    let fuel = fuel.checked_sub(1)?;
    if let ExprKind::Call(call) = module.expr(expr) {
        if let ExprKind::Attribute(base, name) = module.expr(call.callee)
            && code.text(*name) == "as_view"
        {
            return match code.meaning(module.id, scope, *base)? {
                Meaning::Class(class) => Some(View::class(code, class)),
                Meaning::External(name) => Some(View::outside(&*name)),
                _ => None,
            };
        }
        // `permission_required("shop.sell")(view)`: the decorator is what is called first.
        let (decorator, given) = match module.expr(call.callee) {
            ExprKind::Call(inner) => (inner.callee, &inner.arguments),
            _ => (call.callee, &call.arguments),
        };
        let before = wrappers.len();
        wrappers.push(Wrapper {
            name: code
                .name_of(module.id, scope, decorator)
                .unwrap_or_else(|| module.source(decorator).to_owned()),
            arguments: given
                .iter()
                .filter_map(|argument| match code.constant(module.id, scope, argument.value)? {
                    crate::code::Constant::Text(text) => Some(Value::Text(text.into())),
                    _ => None,
                })
                .collect(),
            keywords: Vec::new(),
            place: module.span(expr),
        });
        let found = call
            .arguments
            .iter()
            .find_map(|argument| wrapped(code, module, scope, argument.value, wrappers, fuel));
        if found.is_none() {
            wrappers.truncate(before);
        }
        return found;
    }
    match code.meaning(module.id, scope, expr)? {
        Meaning::Function(function) | Meaning::Method(function, _) => Some(View::function(code, function)),
        Meaning::Class(class) | Meaning::Instance(class) => Some(View::class(code, class)),
        _ => None,
    }
}

fn made(code: &Code, call: &CallValue, from: Option<ModuleId>, wrappers: &mut Vec<Wrapper>) -> View {
    let callee = call.callee.trim_end_matches("()");
    if let Some(class) = callee.strip_suffix(".as_view").or_else(|| callee.strip_suffix(".as_asgi")) {
        let mut view = named(code, class.trim_end_matches("()"), from, wrappers);
        view.options = call.keywords.iter().map(|(name, value)| (name.to_string(), value.clone())).collect();
        return view;
    }
    // An object of the project's own class that is called: a feed, say.
    if let (Some(from), true) = (from, call.arguments.iter().all(|argument| !is_view_like(argument)))
        && let Meaning::Class(class) = code.import_meaning(callee, from, 24)
    {
        return View::class(code, class);
    }
    let view = call.arguments.iter().find(|argument| is_view_like(argument));
    let Some(inner) = view.filter(|_| wrappers.len() < MOST_WRAPPERS) else {
        return factory(code, callee, from).unwrap_or_else(|| match from {
            Some(from) => match code.import_meaning(callee, from, 24) {
                Meaning::External(name) => View::outside(name.replace("()", "")),
                meaning => View::unknown(code.dotted(&meaning), "what it gives is not known"),
            },
            None => View::outside(callee),
        });
    };
    let made_with = call.keywords.iter().find(|(name, _)| &**name == MADE_WITH);
    let mut arguments: Vec<Value> =
        call.arguments.iter().filter(|argument| !std::ptr::eq(*argument, inner)).cloned().collect();
    if let Some((_, Value::Tuple(made))) = made_with {
        arguments.extend(made.iter().cloned());
    }
    let name = match from {
        Some(from) => code.dotted(&code.import_meaning(callee, from, 24)),
        None => callee.to_owned(),
    };
    wrappers.push(Wrapper {
        name,
        arguments,
        keywords: call
            .keywords
            .iter()
            .filter(|(name, _)| &**name != MADE_WITH)
            .map(|(name, value)| (name.to_string(), value.clone()))
            .collect(),
        place: call.place,
    });
    let before = wrappers.len();
    let view = unwrap(code, inner, from, wrappers);
    if view.target == Target::Unknown
        && let Some(own) = factory(code, callee, from)
    {
        wrappers.truncate(before - 1);
        return own;
    }
    view
}

fn is_view_like(value: &Value) -> bool {
    match value {
        Value::Name(name) => !name.starts_with("django.conf.settings") && name.contains('.'),
        Value::Call(call) => !call.callee.starts_with("django.urls.reverse"),
        _ => false,
    }
}

fn factory(code: &Code, callee: &str, from: Option<ModuleId>) -> Option<View> {
    match code.import_meaning(callee, from?, 24) {
        Meaning::Function(function) | Meaning::Method(function, _) => {
            made_by(code, function).map(|made| View::function(code, made))
        }
        _ => None,
    }
}
