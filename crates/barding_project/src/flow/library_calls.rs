//! Calls of functions from outside the project, and of those that names do not tell.

use super::body::{Arguments, Body};
use super::library::{self, Gives};
use super::requests;
use super::taint::{Marks, Shape, Value, add_taint, key};
use super::{FlowKind, SourceKind};
use crate::code::*;
use std::sync::Arc;

/// Calls that raise when their argument is not what it should be.
pub(super) fn guard_by_raising(
    body: &mut Body<'_>,
    name: Option<&str>,
    method: Option<&str>,
    arguments: &Arguments,
) {
    let marks = match name {
        Some(
            "builtins.int" | "builtins.float" | "uuid.UUID" | "decimal.Decimal" | "ipaddress.ip_address",
        ) => Marks::ALL,
        Some(name) if name.starts_with("django.core.validators.validate_") => Marks::ALL,
        Some(name) if body.world.model.guards.contains(name) => Marks::ALL,
        _ => return,
    };
    let _ = method;
    if let Some((_, value, expr)) = arguments.positional(0) {
        // Their messages repeat what they could not read.
        if matches!(name, Some("builtins.int" | "builtins.float")) {
            let text = body.settled(value.derived(expr.0 << 1, 1));
            body.raise("ValueError".into(), text);
        }
        let taints = value.taints.clone();
        for taint in taints {
            body.env.prove(taint.origin, taint.form, marks);
        }
    }
}

pub(super) fn library_call(
    body: &mut Body<'_>,
    name: &str,
    receiver: Option<&Value>,
    arguments: &Arguments,
    expr: ExprId,
) -> Value {
    let span = body.module.span(expr);
    if body.world.model.sources.contains(name) {
        return body.source(SourceKind::Argument, Some(span));
    }
    let called: Arc<str> = format!("{name}()").into();
    let first = || {
        arguments
            .positional(0)
            .map(|(_, value, _)| value.clone())
            .or_else(|| arguments.list.first().map(|(_, value, _)| value.clone()))
    };
    if body.world.model.sanitisers.contains(name) {
        return first().unwrap_or_default().cleaned(Marks::ALL);
    }
    if name == "builtins.super" {
        return super_value(body);
    }
    let method = name.rsplit('.').next().unwrap_or_default();
    if matches!(method, "get_object_or_404" | "aget_object_or_404" | "get_list_or_404")
        && let Some(Shape::Class(model) | Shape::Query(model)) = first().map(|value| value.shape)
        && requests::is_model(body.code, model)
    {
        return match method {
            "get_list_or_404" => Value::shaped(Shape::Query(model)),
            _ => super::models::object(model),
        };
    }
    if name == "lxml.etree.XMLParser"
        && arguments
            .keyword(body.code, "resolve_entities")
            .is_some_and(|(_, _, expr)| matches!(body.module.expr(*expr), ExprKind::Bool(false)))
    {
        return Value::external("lxml.etree.XMLParser().defused");
    }
    if name == "markdown.markdown"
        && let Some((_, extensions, _)) = arguments.keyword(body.code, "extensions")
        && let Shape::List(item) = &extensions.shape
        && matches!(item.shape, Shape::Instance(..))
    {
        // An extension of the project's own may clean what comes out.
        let text = first().unwrap_or_default();
        return text.derived(expr.0 << 1, 1);
    }
    if name == "json.dumps"
        && let Some(errors) = first().filter(|value| value.external_name() == Some("form.errors"))
    {
        let mut text = errors.derived(expr.0 << 1, 0);
        for taint in &mut text.taints {
            taint.clean = taint.clean.without(Marks::of(FlowKind::Html));
        }
        return text;
    }
    if matches!(name, "builtins.enumerate" | "builtins.zip") {
        let mut items: Vec<Value> = Vec::new();
        if name == "builtins.enumerate" {
            items.push(Value::harmless());
        }
        for (how, value, at) in &arguments.list {
            if *how == ArgumentHow::Position && (name == "builtins.zip" || items.len() < 2) {
                items.push(body.element(value, at.0));
            }
        }
        let mut item = Value::harmless();
        for one in &items {
            item.absorb(one);
        }
        let (taints, open) = (item.taints.clone(), item.open);
        item.shape = Shape::Tuple(Arc::new(items));
        return Value { taints, open, shape: Shape::List(Arc::new(item)), ..Value::default() };
    }
    // What stands behind the path steers nobody to another host.
    if matches!(name, "urllib.parse.urlunparse" | "urllib.parse.urlunsplit")
        && let Some(Shape::Tuple(parts)) = first().map(|value| value.shape)
        && parts.len() >= 5
    {
        let mut address = Value {
            open: parts.iter().fold(Marks::NONE, |open, part| open.with(part.open)),
            ..Value::default()
        };
        for (at, part) in parts.iter().enumerate() {
            let part = part.derived(expr.0 << 1, 0);
            let steers = Marks::of(FlowKind::Redirect).with(Marks::of(FlowKind::Url));
            address.absorb(&if at > 2 { part.cleaned(steers) } else { part });
        }
        return address;
    }
    if name == "re.compile" {
        // The pattern travels with the compiled object.
        let text = first().and_then(|value| value.constant_text().map(Into::into));
        let mut value = Value { text, ..Value::external(called) };
        value.taints = first().unwrap_or_default().taints;
        return value;
    }
    if name == "django.template.loader.get_template" {
        let text = first().and_then(|value| value.constant_text().map(Into::into));
        return Value { text, ..Value::external(called) };
    }
    if name == "builtins.map"
        && let Some(callee) = first().as_ref().and_then(Value::external_name)
        && let Some((_, items, _)) = arguments.positional(1)
    {
        let item = body.element(items, expr.0);
        let item = match library::result(callee) {
            Gives::Harmless => Value::harmless(),
            Gives::Cleaned(marks) => item.cleaned(marks),
            _ => item,
        };
        let (taints, open) = (item.taints.clone(), item.open);
        return Value { taints, open, shape: Shape::List(Arc::new(item)), ..Value::default() };
    }
    let mut known = library::result(name);
    if known == Gives::Unknown && receiver.is_some() {
        known = library::method_result(method);
        if known == Gives::Same {
            let mut value = receiver.cloned().unwrap_or_default();
            value.shape = Shape::External(called);
            return value;
        }
    }
    match known {
        Gives::Harmless => {
            let mut value = Value::harmless();
            if name.starts_with("django.http.") || name.starts_with("django.shortcuts.render") {
                value.shape = Shape::External(called);
                if runs_no_script(body, arguments) {
                    value.shape = Shape::External(format!("{name}{}()", super::call_sinks::PLAIN).into());
                }
            }
            value
        }
        Gives::Cleaned(marks) => {
            let mut value = Value::harmless();
            for (_, argument, _) in &arguments.list {
                value.absorb(argument);
            }
            let mut value = value.derived(expr.0 << 1, 0).cleaned(marks);
            value.built = None;
            if name.starts_with("os.path.basename") {
                value.shape = Shape::Unknown;
            }
            value
        }
        Gives::Same => first().unwrap_or_default(),
        Gives::Resolved => {
            let mut value = Value::harmless();
            for (_, argument, _) in &arguments.list {
                value.absorb(argument);
            }
            if let Some(receiver) = receiver {
                value.absorb(receiver);
            }
            for taint in &mut value.taints {
                taint.clean = taint.clean.with(Marks::RESOLVED);
            }
            value.built = None;
            value.shape = Shape::External(called);
            value.text = None;
            value
        }
        Gives::Own if name.starts_with("django.http.") && runs_no_script(body, arguments) => {
            Value::external(format!("{name}{}()", super::call_sinks::PLAIN))
        }
        Gives::Own => Value::external(called),
        Gives::Made | Gives::Unknown => {
            let doubt = u8::from(known == Gives::Unknown);
            if method == "join" && name.contains("path") || name.ends_with("urljoin") {
                return joined_path(body, name, arguments, expr);
            }
            let mut value = Value::harmless();
            if let Some(receiver) = receiver {
                value.absorb(receiver);
            }
            for (_, argument, _) in &arguments.list {
                value.absorb(argument);
            }
            let mut value = value.derived(expr.0 << 1, doubt);
            value.built = None;
            match method {
                "list" | "tuple" | "set" | "sorted" | "reversed" | "iter" | "frozenset" => {
                    if let Some(first) = first() {
                        let item = body.element(&first, expr.0);
                        value.shape = Shape::List(Arc::new(item));
                        return value;
                    }
                }
                "dict" | "OrderedDict" => {
                    return match arguments.positional(0).map(|(_, value, _)| value.clone()) {
                        Some(first) => first,
                        None => {
                            let items = arguments
                                .list
                                .iter()
                                .filter_map(|(how, value, _)| match how {
                                    ArgumentHow::Keyword(name) => {
                                        Some((key(body.code.text(*name)), value.clone()))
                                    }
                                    _ => None,
                                })
                                .take(64)
                                .collect();
                            value.shape = Shape::Dict(Arc::new(items), Arc::default());
                            value
                        }
                    };
                }
                _ => {}
            }
            if known == Gives::Unknown && !name.starts_with("builtins.") {
                value.open = Marks::ALL;
            }
            value.shape = Shape::External(called);
            value
        }
    }
}

/// Whether a response gets a content type in which browsers run no scripts.
fn runs_no_script(body: &Body<'_>, arguments: &Arguments) -> bool {
    arguments
        .keyword(body.code, "content_type")
        .or_else(|| arguments.keyword(body.code, "mimetype"))
        .and_then(|(_, kind, _)| kind.constant_text())
        .is_some_and(|kind| !["html", "svg", "xml"].iter().any(|word| kind.contains(word)))
}

/// `os.path.join(base, name)` and `urljoin(base, address)`: an absolute later part replaces those before it.
pub(super) fn joined_path(body: &mut Body<'_>, name: &str, arguments: &Arguments, expr: ExprId) -> Value {
    let mut result = Value::harmless();
    let mut text = String::new();
    let is_address = name.ends_with("urljoin");
    for (_, value, _) in &arguments.list {
        let value = body.settled(value.clone());
        for taint in &value.taints {
            let mut taint = taint.clone();
            taint.clean = taint.clean.without(Marks::RESOLVED);
            taint.form = expr.0 << 1 | 1;
            add_taint(&mut result.taints, &taint);
        }
        result.open = result.open.with(value.open);
        match &value.text {
            Some(known) if text.len() < 2000 => text.push_str(known),
            _ => text.push('\0'),
        }
        if !is_address {
            text.push('/');
        }
    }
    result.text = Some(text.into());
    result
}

pub(super) fn super_value(body: &mut Body<'_>) -> Value {
    let function = body.module.function(body.id.function);
    let mut at = Some(function);
    while let Some(function) = at {
        if let (Some(class), Some(first)) = (function.class, function.parameters.first()) {
            let class = ClassRef { module: body.id.module, class };
            let receiver = body.name(first.name);
            return Value::shaped(Shape::Super(class, Arc::new(receiver)));
        }
        at = function.outer.map(|outer| body.module.function(outer));
    }
    Value::unknown()
}

/// A call of something that names do not tell.
pub(super) fn unknown_call(
    receiver: Option<&Value>,
    method: Option<&str>,
    arguments: &Arguments,
    expr: ExprId,
) -> Value {
    let known = match (receiver, method) {
        (Some(_), Some(method)) => library::method_result(method),
        _ => Gives::Unknown,
    };
    match known {
        Gives::Harmless => Value::harmless(),
        Gives::Same => {
            let mut value = receiver.cloned().unwrap_or_default();
            if matches!(method, Some("read" | "chunks" | "getvalue")) {
                value.shape = Shape::Unknown;
            }
            if matches!(method, Some("lower" | "upper" | "title" | "strip" | "casefold"))
                && value.text.as_deref().is_some_and(|text| text.contains('\0'))
            {
                value.shape = Shape::Unknown;
            }
            value
        }
        Gives::Resolved => {
            let mut value = receiver.cloned().unwrap_or_default();
            for taint in &mut value.taints {
                taint.clean = taint.clean.with(Marks::RESOLVED);
            }
            value
        }
        Gives::Own => Value::unknown(),
        _ => {
            let mut value = Value::harmless();
            if let Some(receiver) = receiver {
                // A method of texts and containers, or one whose class we could not tell.
                let doubt = u8::from(!method.is_some_and(library::is_plain_method));
                value.absorb(&receiver.derived(expr.0 << 1, doubt));
            }
            for (_, argument, _) in &arguments.list {
                value.absorb(&argument.derived(expr.0 << 1, 1));
            }
            let is_text = receiver.is_some_and(|receiver| receiver.is_constant() && receiver.text.is_some());
            value.built = None;
            value.shape = Shape::Unknown;
            let is_text_method = method.is_some_and(library::is_text_method);
            if !is_text && !is_text_method {
                value.open = Marks::ALL;
            }
            if matches!(method, Some("split" | "rsplit" | "splitlines")) {
                let item = value.clone();
                value.shape = Shape::List(Arc::new(item));
            }
            value
        }
    }
}
