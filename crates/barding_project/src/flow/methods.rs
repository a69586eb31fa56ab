//! Methods whose meaning is known from the object or from the name.

use super::body::{Arguments, Body, Piece};
use super::library::{self, Gives};
use super::requests;
use super::taint::{COMPUTED, Marks, Note, Place, Root, Shape, Value, extend, join_entry, key};
use super::{FlowKind, SourceKind, Variant};
use crate::code::*;
use std::sync::Arc;

/// Methods whose meaning is known from the object or from the name.
pub(super) fn method_call<'w>(
    body: &mut Body<'w>,
    call: &'w CallSyntax,
    receiver: &Value,
    method: &str,
    arguments: &Arguments,
    expr: ExprId,
) -> Option<Value> {
    let span = body.module.span(expr);
    let first = arguments.positional(0).map(|(_, value, _)| value.clone());
    match (&receiver.shape, method) {
        // Django chose where it put the upload.
        (_, "temporary_file_path") => return Some(Value::harmless()),
        (Shape::Request, "get_full_path" | "get_raw_uri" | "get_full_path_info") => {
            return Some(body.source(SourceKind::Path, Some(span)));
        }
        (Shape::Request, "build_absolute_uri") => {
            return Some(match first {
                // The host has been checked against ALLOWED_HOSTS, and what is added comes after it.
                Some(value) => value
                    .derived(expr.0 << 1, 0)
                    .cleaned(Marks::of(FlowKind::Redirect).with(Marks::of(FlowKind::Url))),
                None => body
                    .source(SourceKind::Path, Some(span))
                    .cleaned(Marks::of(FlowKind::Redirect).with(Marks::of(FlowKind::Url))),
            });
        }
        (Shape::Request, "read" | "readline" | "readlines") => {
            return Some(body.source(SourceKind::Body, Some(span)));
        }
        (
            Shape::Request,
            "get_host" | "get_port" | "is_ajax" | "is_secure" | "get_signed_cookie" | "accepts",
        ) => {
            return Some(Value::harmless());
        }
        (Shape::Bag, "get" | "getlist" | "pop" | "setdefault" | "__getitem__") => {
            let (_, _, index) = arguments.positional(0)?;
            let index_value = first?;
            let mut result = body.item(receiver, &index_value, *index, expr);
            for taint in &mut result.taints {
                taint.trace = match &taint.origin.root {
                    Root::Source(kind) => extend(&None, span, Note::Source(*kind)),
                    _ => taint.trace.clone(),
                };
            }
            if let Some((_, default, _)) =
                arguments.positional(1).or_else(|| arguments.keyword(body.code, "default"))
            {
                result.absorb(default);
            }
            if method == "getlist" {
                result = Value {
                    taints: result.taints.clone(),
                    shape: Shape::List(Arc::new(result)),
                    ..Value::default()
                };
            }
            return Some(result);
        }
        (Shape::Bag, "urlencode") => {
            return Some(receiver.derived(expr.0 << 1, 0).cleaned(library_marks_quoted()));
        }
        (Shape::Cleaned(class), "get" | "pop") => {
            let class = *class;
            let text = first?.constant_text().map(str::to_owned);
            return Some(body.cleaned(class, text.as_deref(), span));
        }
        // `kwargs.pop("event")` is that entry alone.
        (Shape::Unknown, "get" | "pop") if !receiver.taints.is_empty() => {
            let index = first.as_ref().and_then(|first| first.constant_text())?.to_owned();
            let mut result = body.part(receiver, Some(&index), expr);
            if let Some((_, default, _)) = arguments.positional(1) {
                result.absorb(default);
            }
            return Some(result);
        }
        (Shape::Dict(items, rest), "get" | "pop" | "setdefault") => {
            let index = first?;
            let mut result = match index.constant_text() {
                Some(text) => items
                    .iter()
                    .find(|(name, _)| *name == key(text))
                    .map_or_else(|| (**rest).clone(), |(_, value)| value.clone()),
                None => {
                    let mut all = (**rest).clone();
                    for (_, item) in items.iter() {
                        all.join(item);
                    }
                    all
                }
            };
            if let Some((_, default, _)) = arguments.positional(1) {
                let default = default.clone();
                result.absorb(&default);
            }
            return Some(result);
        }
        (
            Shape::Dict(..) | Shape::List(_) | Shape::Tuple(_) | Shape::Unknown,
            "append" | "add" | "insert" | "extend" | "update" | "appendleft",
        ) => {
            let value = arguments.list.last().map(|(_, value, _)| value.clone())?;
            if let ExprKind::Attribute(base, _) = body.module.expr(call.callee)
                && let ExprKind::Name(owner) = body.module.expr(*base)
            {
                let mut changed = receiver.clone();
                match (&mut changed.shape, method) {
                    (Shape::List(item), "extend" | "update") => {
                        let more = body.element(&value, expr.0);
                        Arc::make_mut(item).join(&more);
                    }
                    (Shape::List(item), _) => Arc::make_mut(item).join(&value),
                    (Shape::Dict(items, rest), "update") => {
                        let (items, rest) = (Arc::make_mut(items), Arc::make_mut(rest));
                        for (how, value, _) in &arguments.list {
                            match how {
                                ArgumentHow::Keyword(name) => {
                                    join_entry(items, key(body.code.text(*name)), value);
                                }
                                _ => update(items, rest, value, expr.0),
                            }
                        }
                    }
                    _ => {}
                }
                let derived = Value { open: Marks::NONE, ..value.derived(expr.0 << 1, 0) };
                changed.absorb(&derived);
                body.env.set(Place(*owner, None), changed);
            }
            return Some(Value::harmless());
        }
        (_, "format" | "format_map") if receiver.text.is_some() || receiver.external_name().is_none() => {
            let looks_like_text = receiver.text.is_some() || !receiver.taints.is_empty();
            if looks_like_text {
                // The visitor's text as the format itself reaches into objects.
                let pattern = Value { taints: receiver.taints.clone(), ..Value::default() };
                if receiver.built.is_none() && !arguments.list.is_empty() {
                    body.sink_value(&pattern, FlowKind::Format, Variant::Plain, span, "str.format", 1);
                }
                return Some(body.format(receiver, arguments, span, expr.0));
            }
        }
        (_, "join") if receiver.text.is_some() && receiver.is_constant() => {
            let items = first?;
            let item = body.element(&items, expr.0);
            let separator = receiver.text.as_deref().unwrap_or_default().to_owned();
            if let ExprKind::List(list) | ExprKind::Tuple(list) = body.module.expr(arguments.positional(0)?.2)
            {
                let list: Vec<ExprId> = list.iter().take(64).copied().collect();
                let mut pieces = Vec::new();
                for (at, item) in list.into_iter().enumerate() {
                    if at > 0 {
                        pieces.push(Piece::Text(separator.clone()));
                    }
                    pieces.push(Piece::Value(body.eval(item)));
                }
                return Some(body.build(pieces, span, expr.0));
            }
            let mut result =
                body.build(vec![Piece::Value(item), Piece::Text(separator.clone())], span, expr.0);
            result.text = None;
            // `"?".join([url, query])`: what comes after the first part leads nowhere else.
            if separator.starts_with(['?', '#', '&']) {
                for taint in &mut result.taints {
                    taint.doubt = taint.doubt.saturating_add(1);
                }
            }
            return Some(result);
        }
        (_, "replace") => {
            let pattern = first.as_ref().and_then(|first| first.constant_text()).map(str::to_owned);
            let replacement = arguments.positional(1).map(|(_, value, _)| value.clone());
            if let (Some(text), Some(pattern), Some(replacement)) = (&receiver.text, pattern, &replacement)
                && receiver.is_constant()
                && !pattern.is_empty()
            {
                let mut pieces = Vec::new();
                for (at, part) in text.split(&*pattern).take(32).enumerate() {
                    if at > 0 {
                        pieces.push(Piece::Value(replacement.clone()));
                    }
                    pieces.push(Piece::Text(part.to_owned()));
                }
                return Some(body.build(pieces, span, expr.0));
            }
            let mut result = receiver.derived(expr.0 << 1, 0);
            result.text = None;
            if let Some(replacement) = arguments.positional(1) {
                result.absorb(&replacement.1);
            }
            let gone = first.as_ref().and_then(|first| first.constant_text()).unwrap_or_default();
            let marks = match gone {
                "\n" | "\r\n" | "\r" => {
                    Marks::of(FlowKind::Log).with(Marks::of(FlowKind::Header)).with(Marks::of(FlowKind::Mail))
                }
                "/" => Marks::of(FlowKind::Path),
                "<" => Marks::of(FlowKind::Html),
                "'" | "\"" | "\\" | "`" | "\0" => Marks::LOOKED_AT,
                _ => Marks::NONE,
            };
            for taint in &mut result.taints {
                taint.clean = taint.clean.with(marks);
            }
            return Some(result);
        }
        (Shape::External(name), _) if name.starts_with("form.errors") => {
            let escaped = arguments
                .keyword(body.code, "escape_html")
                .is_some_and(|(_, _, expr)| matches!(body.module.expr(*expr), ExprKind::Bool(true)));
            if escaped || matches!(method, "as_ul" | "render" | "as_data") {
                return Some(Value::harmless());
            }
            let mut messages = receiver.derived(expr.0 << 1, 0);
            for taint in &mut messages.taints {
                taint.clean = taint.clean.without(Marks::of(FlowKind::Html));
            }
            return Some(messages);
        }
        (Shape::Query(model), _) => {
            let model = *model;
            return body.query_method(model, method, arguments, expr);
        }
        (Shape::Instance(class, _), "save") => {
            let class = *class;
            return Some(body.saved(class, span).unwrap_or_else(Value::unknown));
        }
        (Shape::Instance(..), "is_valid" | "get_absolute_url") => return Some(Value::unknown()),
        (Shape::Instance(class, _) | Shape::Super(class, _), "get_form" | "get_serializer") => {
            let class = *class;
            if let Some(form) = requests::form_of_view(body.code, class) {
                return Some(Value::shaped(Shape::Instance(form, Arc::default())));
            }
        }
        (Shape::Instance(class, _) | Shape::Super(class, _), "get_object" | "get_queryset")
            if requests::is_view_class(body.code, *class) =>
        {
            let class = *class;
            if let Some(model) = body.model_of_view(class) {
                return Some(match method {
                    "get_object" => super::models::object(model),
                    _ => Value::shaped(Shape::Query(model)),
                });
            }
        }
        (Shape::Super(class, _), "clean") if requests::inherits_from(body.code, *class, "django.forms") => {
            return Some(Value::shaped(Shape::Cleaned(Some(*class))));
        }
        _ => {}
    }
    None
}

pub(super) fn library_marks_quoted() -> Marks {
    match library::result("urllib.parse.urlencode") {
        Gives::Cleaned(marks) => marks,
        _ => Marks::NONE,
    }
}

/// What `mapping.update(value)` puts into a mapping of which we know entries.
fn update(items: &mut Vec<(u32, Value)>, rest: &mut Value, value: &Value, form: u32) {
    if let Shape::Dict(more, more_rest) = &value.shape {
        for (name, value) in more.iter() {
            join_entry(items, *name, value);
        }
        rest.absorb(more_rest);
        return;
    }
    let bag = matches!(value.shape, Shape::Bag | Shape::Unknown);
    let value = Value { shape: Shape::Unknown, ..value.clone() };
    if bag && !value.taints.is_empty() {
        join_entry(items, COMPUTED, &value.derived(form << 1, 0));
    }
    rest.absorb(&value);
}
