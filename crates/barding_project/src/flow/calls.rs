//! Calls: to the project's own functions by their summaries, to all others by what the library says about them.

use super::body::{Arguments, Body, Candidate, Piece};
use super::engine::{self, ParameterSink, Summary};
use super::library::{self, EVERY_ARGUMENT, Gives, RECEIVER, Sink};
use super::requests;
use super::taint::{
    Marks, Note, Origin, Place, Root, Shape, Taint, Value, add_taint, extend, join_entry, key,
};
use super::{Begin, FlowKind, SourceKind, Variant};
use crate::code::*;
use barding_source::Span;
use std::sync::Arc;

/// What a call gives.
pub(super) fn call<'w>(body: &mut Body<'w>, expr: ExprId, call: &'w CallSyntax) -> Value {
    let code = body.code;
    let (receiver, callee, method) = match body.module.expr(call.callee) {
        ExprKind::Attribute(base, name) => {
            let receiver = body.eval(*base);
            let field = match body.module.expr(*base) {
                ExprKind::Name(owner) => body.env.get(Place(*owner, Some(*name))).cloned(),
                _ => None,
            };
            let callee = match field {
                Some(field) => field,
                None => body.attribute_of(&receiver, *name, Some(call.callee)),
            };
            (Some(receiver), callee, Some(code.text(*name)))
        }
        ExprKind::Name(name) => (None, body.eval(call.callee), Some(code.text(*name))),
        _ => (None, body.eval(call.callee), None),
    };
    let list = call
        .arguments
        .iter()
        .map(|argument| (argument.how, body.eval(argument.value), argument.value))
        .collect();
    let on_cursor = match body.module.expr(call.callee) {
        ExprKind::Attribute(base, _) => is_cursor(body.module.source(*base)),
        _ => false,
    };
    let arguments = Arguments { list, on_cursor };
    own_words(body, &callee, &arguments, expr);
    match &callee.shape {
        Shape::Function(function) => {
            let function = *function;
            return project(body, function, None, &arguments, Some(expr));
        }
        Shape::Method(function, owner, class) => {
            let (function, owner, class) = (*function, owner.clone(), *class);
            let mut result = project(body, function, Some(&owner), &arguments, Some(expr));
            if matches!(owner.shape, Shape::Instance(..)) {
                for other in engine::overrides(code, function, class) {
                    let more = project(body, other, Some(&owner), &arguments, Some(expr));
                    result.join(&more);
                }
                store_fields(body, call.callee, function, &owner, &arguments, expr);
            }
            return result;
        }
        Shape::Class(class) => return construct(body, *class, &arguments, expr),
        _ => {}
    }
    let name = callee.external_name().map(str::to_owned);
    // `task.delay(…)` of a function of the project runs that function.
    if let (
        Some(Shape::Function(function)),
        Some("delay" | "apply_async" | "s" | "si" | "run" | "async_to_sync"),
    ) = (receiver.as_ref().map(|receiver| &receiver.shape), method)
    {
        let function = *function;
        project(body, function, None, &arguments, Some(expr));
        return Value::unknown();
    }
    let mut sinks: Vec<&'static Sink> =
        name.as_deref().map_or(Vec::new(), |name| library::sinks(name).to_vec());
    if let Some(method) = method
        && receiver.is_some()
        && sinks.is_empty()
        && let Some(sink) = library::method_sink(method)
    {
        sinks.push(sink);
    }
    if sinks.is_empty()
        && let Some(method) = method
        && matches!(method, "debug" | "info" | "warning" | "warn" | "error" | "exception" | "critical")
        && let ExprKind::Attribute(base, _) = body.module.expr(call.callee)
        && is_logger(body.module.source(*base))
        && let Some(sink) = library::sinks("logging.info").first()
    {
        sinks.push(sink);
    }
    let shown = shown_name(body, call.callee, name.as_deref());
    for sink in sinks {
        check_sink(body, sink, &arguments, receiver.as_ref(), &shown, expr);
    }
    spread_sinks(body, method, receiver.as_ref(), name.as_deref(), &arguments, &shown, expr);
    if method == Some("quote_name") {
        let mut value = Value::harmless();
        for (_, argument, _) in &arguments.list {
            value.absorb(argument);
        }
        return value.derived(expr.0 << 1, 0).cleaned(Marks::of(FlowKind::Sql));
    }
    if let Some(receiver) = &receiver
        && let Some(method) = method
    {
        write_to_response(body, receiver, method, &arguments, expr);
        if let Some(result) = method_call(body, call, receiver, method, &arguments, expr) {
            return result;
        }
    }
    guard_by_raising(body, name.as_deref(), method, &arguments);
    match name {
        Some(name) => library_call(body, &name, receiver.as_ref(), &arguments, expr),
        None => unknown_call(receiver.as_ref(), method, &arguments, expr),
    }
}

/// Sinks that the project named itself.
fn own_words(body: &mut Body<'_>, callee: &Value, arguments: &Arguments, expr: ExprId) {
    if body.world.model.sinks.is_empty() {
        return;
    }
    let Some(name) = dotted(body, callee) else { return };
    let Some(kind) = body.world.model.sinks.get(&name).copied() else { return };
    let span = body.module.span(expr);
    for (_, value, _) in &arguments.list {
        body.sink_value(value, kind, Variant::Plain, span, &name, 0);
    }
}

fn dotted(body: &Body<'_>, callee: &Value) -> Option<String> {
    match &callee.shape {
        Shape::Function(function) | Shape::Method(function, ..) => {
            Some(body.code.dotted(&Meaning::Function(*function)))
        }
        Shape::Class(class) => Some(body.code.dotted(&Meaning::Class(*class))),
        Shape::External(name) => Some(name.to_string()),
        _ => None,
    }
}

fn is_cursor(source: &str) -> bool {
    let last = source.trim_end_matches("()").rsplit('.').next().unwrap_or_default().trim_start_matches('_');
    matches!(
        last,
        "cursor" | "cur" | "curs" | "conn" | "connection" | "db" | "dbconn" | "engine" | "c" | "crs"
    ) || last.ends_with("_cursor")
        || last.ends_with("_conn")
        || last.ends_with("_connection")
}

fn is_logger(source: &str) -> bool {
    let last = source.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    matches!(&*last, "logger" | "log" | "logging" | "_logger" | "_log" | "_logging")
        || last.ends_with("_logger")
        || last.ends_with("_log")
}

/// The callee for people: its dotted name when it is short, else as written.
fn shown_name(body: &Body<'_>, callee: ExprId, name: Option<&str>) -> String {
    let written = body.module.source(callee);
    let written: String = if written.len() > 60 || written.contains('\n') {
        written.rsplit('.').next().unwrap_or(written).chars().take(60).collect()
    } else {
        written.to_owned()
    };
    match name {
        Some(name)
            if !name.contains(['(', '['])
                && name.len() < 40
                && !name.starts_with("builtins.")
                && !name.starts_with("django.") =>
        {
            name.to_owned()
        }
        _ => written,
    }
}

fn check_sink(
    body: &mut Body<'_>,
    sink: &'static Sink,
    arguments: &Arguments,
    receiver: Option<&Value>,
    shown: &str,
    expr: ExprId,
) {
    let span = body.module.span(expr);
    let code = body.code;
    let mut reached: Vec<Value> = Vec::new();
    let mut written = true;
    for (position, keyword) in sink.arguments {
        match *position {
            RECEIVER => reached.extend(receiver.cloned()),
            EVERY_ARGUMENT => reached.extend(arguments.list.iter().map(|(_, value, _)| value.clone())),
            position => {
                let by_name = if keyword.is_empty() { None } else { arguments.keyword(code, keyword) };
                let found = by_name.or_else(|| arguments.positional(position));
                if let Some((_, value, expr)) = found {
                    written &= is_written_out(body.module, *expr);
                    reached.push(value.clone());
                } else if let Some((_, value, _)) =
                    arguments.list.iter().find(|(how, ..)| *how == ArgumentHow::Spread)
                {
                    reached.push(value.clone());
                }
            }
        }
    }
    for value in reached {
        let Some(doubt) = body.condition(sink, arguments, receiver, &value) else { continue };
        let mut value = value;
        match (sink.kind, sink.variant) {
            (FlowKind::Command, Variant::Program) => {
                // The program is the first item; the others are only its arguments.
                match &value.shape {
                    Shape::List(_) | Shape::Tuple(_) => {
                        let Some(first) = first_item(body, arguments) else { continue };
                        value = first;
                    }
                    _ if value.built.is_some() || value.text.is_some() => {}
                    _ => {}
                }
            }
            (FlowKind::Command, Variant::Plain) => {
                if let Shape::List(item) = &value.shape {
                    value = (**item).clone();
                }
            }
            (FlowKind::Log, _) => {
                log_sink(body, &value, arguments, shown, span);
                continue;
            }
            (FlowKind::Path, _) if matches!(value.shape, Shape::Upload) => continue,
            (FlowKind::Path, _) => {
                // A file object is no path.
                if value
                    .external_name()
                    .is_some_and(|name| name.contains("BytesIO") || name.contains("StringIO"))
                {
                    continue;
                }
                value.taints.retain(|taint| {
                    !matches!(taint.origin.root, Root::Source(SourceKind::Upload))
                        || taint.form != 0
                        || !taint.origin.is_whole()
                });
            }
            (FlowKind::Xml, _)
                if arguments.keyword(body.code, "parser").is_some_and(|(_, value, _)| {
                    value.external_name().is_some_and(|name| name.contains("defused"))
                }) =>
            {
                continue;
            }
            (FlowKind::Sql, Variant::Extra) => {
                if let Shape::Dict(items, rest) = &value.shape {
                    let mut all = (**rest).clone();
                    for (_, item) in items.iter() {
                        all.absorb(item);
                    }
                    all.absorb(&Value { taints: value.taints.clone(), open: value.open, ..Value::default() });
                    value = all;
                }
                if let Shape::List(item) = &value.shape {
                    let item = item.clone();
                    value.absorb(&item);
                }
            }
            (FlowKind::Html, Variant::FormatHtml) if arguments.list.len() == 1 && value.built.is_none() => {}
            _ => {}
        }
        body.sink_value(&value, sink.kind, sink.variant, span, shown, doubt);
    }
    if !written && matches!(sink.variant, Variant::Extra | Variant::RawSql) {
        body.candidate(Candidate {
            kind: sink.kind,
            variant: sink.variant,
            begin: Begin::Elsewhere,
            place: span,
            name: shown.into(),
            doubt: 2,
            built: None,
            trace: None,
            way: None,
        });
    }
}

/// Whether an argument is written out: text, or a container of texts.
fn is_written_out(module: &Module, expr: ExprId) -> bool {
    match module.expr(expr) {
        ExprKind::List(items) | ExprKind::Tuple(items) | ExprKind::Set(items) => {
            items.iter().all(|item| is_written_out(module, *item))
        }
        ExprKind::Dict(items) => items.iter().all(|(name, value)| {
            name.is_some_and(|name| is_written_out(module, name)) && is_written_out(module, *value)
        }),
        ExprKind::Text(_) | ExprKind::Bytes(_) | ExprKind::None | ExprKind::Int(_) | ExprKind::Bool(_) => {
            true
        }
        _ => false,
    }
}

/// The first item of the list written as first argument.
fn first_item(body: &mut Body<'_>, arguments: &Arguments) -> Option<Value> {
    let (_, _, expr) = arguments.positional(0).or_else(|| arguments.keyword(body.code, "args"))?;
    match body.module.expr(*expr) {
        ExprKind::List(items) | ExprKind::Tuple(items) => items.first().map(|item| body.eval(*item)),
        _ => None,
    }
}

/// What is written to logs: whole requests and secrets by name; other text from outside may hold line ends.
fn log_sink(body: &mut Body<'_>, value: &Value, arguments: &Arguments, shown: &str, span: Span) {
    let whole = value.taints.iter().any(|taint| {
        taint.form == 0
            && taint.origin.is_whole()
            && matches!(
                taint.origin.root,
                Root::Source(
                    SourceKind::Form
                        | SourceKind::Header
                        | SourceKind::Cookie
                        | SourceKind::Body
                        | SourceKind::Api
                )
            )
    });
    if whole {
        body.sink_value(value, FlowKind::Log, Variant::Sensitive, span, shown, 0);
        return;
    }
    let named = arguments.list.iter().any(|(_, _, expr)| is_secret_name(body.module.source(*expr)));
    if named && !value.taints.is_empty() {
        body.sink_value(value, FlowKind::Log, Variant::Sensitive, span, shown, 1);
    } else if shown != "print" && !shown.ends_with("pprint") {
        body.sink_value(value, FlowKind::Log, Variant::Plain, span, shown, 2);
    }
}

fn is_secret_name(source: &str) -> bool {
    let lower = source.to_ascii_lowercase();
    source.len() < 200
        && !source.starts_with(['"', '\''])
        && ["password", "passwd", "secret", "api_key", "apikey", "access_token", "credit_card"]
            .iter()
            .any(|word| lower.contains(word))
}

/// `Model(**request.POST)`, `filter(**request.GET)`, `annotate(**data)`.
fn spread_sinks(
    body: &mut Body<'_>,
    method: Option<&str>,
    receiver: Option<&Value>,
    name: Option<&str>,
    arguments: &Arguments,
    shown: &str,
    expr: ExprId,
) {
    let Some(method) = method else { return };
    let kind = match method {
        "filter" | "exclude" | "get" | "get_or_create" | "Q" | "get_object_or_404" | "get_list_or_404"
        | "complex_filter" => FlowKind::Lookup,
        "annotate" | "aggregate" | "alias" | "values" | "extra" => FlowKind::Sql,
        "create" | "update" | "update_or_create" => FlowKind::MassAssignment,
        _ => return,
    };
    let looks_like_orm = name.is_some_and(|name| name.contains("objects") || name.starts_with("django."))
        || receiver.is_some_and(|receiver| !matches!(receiver.shape, Shape::Dict(..) | Shape::Bag));
    if !looks_like_orm {
        return;
    }
    let span = body.module.span(expr);
    for (how, value, _) in &arguments.list {
        if *how == ArgumentHow::SpreadKeywords {
            let keys = keys_of(value);
            let doubt = u8::from(kind == FlowKind::Sql);
            body.sink_value(&keys, kind, Variant::Plain, span, shown, doubt);
        }
    }
}

/// What a visitor controls of a mapping's keys.
fn keys_of(value: &Value) -> Value {
    let mut keys = Value::harmless();
    match &value.shape {
        // The keys are ours; only the values came from outside. A computed key left its strand on the dict itself.
        Shape::Dict(items, rest) => {
            let inner: Vec<Origin> = items
                .iter()
                .map(|(_, item)| item)
                .chain(std::iter::once(&**rest))
                .flat_map(|item| item.taints.iter().map(|taint| taint.origin))
                .collect();
            for taint in &value.taints {
                if taint.form != 0 && !inner.contains(&taint.origin) {
                    add_taint(&mut keys.taints, taint);
                }
            }
        }
        Shape::Cleaned(_) | Shape::Instance(..) | Shape::Request => {}
        _ => keys.taints = value.taints.clone(),
    }
    keys
}

fn write_to_response(
    body: &mut Body<'_>,
    receiver: &Value,
    method: &str,
    arguments: &Arguments,
    expr: ExprId,
) {
    let Some(name) = receiver.external_name() else { return };
    if !(name.starts_with("django.http.") && name.ends_with("()")) {
        return;
    }
    let span = body.module.span(expr);
    match method {
        "write" | "writelines" => {
            if let Some((_, value, _)) = arguments.positional(0) {
                let value = value.clone();
                body.sink_value(&value, FlowKind::Html, Variant::Response, span, "response.write", 1);
            }
        }
        "set_cookie" => {
            if let Some((_, value, _)) = arguments.positional(1) {
                let value = value.clone();
                body.sink_value(&value, FlowKind::Header, Variant::Plain, span, "response.set_cookie", 1);
            }
        }
        _ => {}
    }
}

/// Methods whose meaning is known from the object or from the name.
fn method_call<'w>(
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
                    (Shape::Dict(items, rest), "update") => match &value.shape {
                        Shape::Dict(more, more_rest) => {
                            let items = Arc::make_mut(items);
                            for (name, value) in more.iter() {
                                join_entry(items, *name, value);
                            }
                            Arc::make_mut(rest).absorb(more_rest);
                        }
                        _ => {
                            let value = Value { shape: Shape::Unknown, ..value.clone() };
                            Arc::make_mut(rest).absorb(&value);
                        }
                    },
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
            let mut result = body.build(vec![Piece::Value(item), Piece::Text(separator)], span, expr.0);
            result.text = None;
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
        (Shape::Instance(class, _), "is_valid" | "save" | "get_absolute_url") => {
            let _ = class;
            return Some(Value::unknown());
        }
        _ => {}
    }
    None
}

fn library_marks_quoted() -> Marks {
    match library::result("urllib.parse.urlencode") {
        Gives::Cleaned(marks) => marks,
        _ => Marks::NONE,
    }
}

/// Calls that raise when their argument is not what it should be.
fn guard_by_raising(body: &mut Body<'_>, name: Option<&str>, method: Option<&str>, arguments: &Arguments) {
    let marks = match name {
        Some(
            "builtins.int" | "builtins.float" | "uuid.UUID" | "decimal.Decimal" | "ipaddress.ip_address",
        ) => Marks::ALL,
        Some(name) if name.starts_with("django.core.validators.validate_") => Marks::ALL,
        Some(name) if body.world.model.guards.contains(name) => Marks::ALL,
        _ => return,
    };
    let _ = method;
    if let Some((_, value, _)) = arguments.positional(0) {
        let taints = value.taints.clone();
        for taint in taints {
            body.env.prove(taint.origin, taint.form, marks);
        }
    }
}

fn library_call(
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
                    return match first() {
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

/// `os.path.join(base, name)` and `urljoin(base, address)`: an absolute later part replaces those before it.
fn joined_path(body: &mut Body<'_>, name: &str, arguments: &Arguments, expr: ExprId) -> Value {
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

fn super_value(body: &mut Body<'_>) -> Value {
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
fn unknown_call(
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
                value.absorb(&receiver.derived(expr.0 << 1, 0));
            }
            for (_, argument, _) in &arguments.list {
                value.absorb(&argument.derived(expr.0 << 1, 1));
            }
            let is_text = receiver.is_some_and(|receiver| receiver.is_constant() && receiver.text.is_some());
            value.built = None;
            value.shape = Shape::Unknown;
            let is_text_method = matches!(
                method,
                Some(
                    "split"
                        | "rsplit"
                        | "splitlines"
                        | "partition"
                        | "rpartition"
                        | "zfill"
                        | "ljust"
                        | "rjust"
                        | "center"
                        | "expandtabs"
                        | "translate"
                )
            );
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

/// A new object of a class of the project.
fn construct(body: &mut Body<'_>, class: ClassRef, arguments: &Arguments, expr: ExprId) -> Value {
    let code = body.code;
    let span = body.module.span(expr);
    let mut fields: Vec<(Symbol, Value)> = Vec::new();
    let empty = Value::shaped(Shape::Instance(class, Arc::default()));
    if let Some(start) = engine::constructor(code, class) {
        project(body, start, Some(&empty), arguments, Some(expr));
        if let Some(summary) = body.world.summaries.get(&start).cloned() {
            let bound = bind(body, start, Some(&empty), arguments);
            for (name, template) in &summary.fields {
                let value = substitute(body, template, &bound, start, Some(expr), 3);
                fields.push((*name, value));
            }
        }
    } else {
        for (how, value, _) in &arguments.list {
            if let ArgumentHow::Keyword(name) = how
                && fields.len() < 48
            {
                fields.push((*name, value.clone()));
            }
        }
    }
    // A form whose data did not come from the request (signed and verified first, say) cleans no visitor's text.
    let is_form = ["django.forms", "rest_framework.serializers"]
        .into_iter()
        .any(|start| requests::inherits_from(code, class, start));
    if is_form
        && !arguments.list.is_empty()
        && arguments.list.iter().all(|(_, value, _)| {
            value.taints.is_empty() && !matches!(value.shape, Shape::Request | Shape::Bag)
        })
    {
        for name in ["cleaned_data", "validated_data"] {
            if let Some(name) = code.known_symbol(name) {
                fields.push((name, Value::harmless()));
            }
        }
    }
    if requests::is_model(code, class) {
        let name = code.text(code.class(class).name).to_owned();
        for (how, value, _) in &arguments.list {
            if *how == ArgumentHow::SpreadKeywords {
                let keys = keys_of(value);
                body.sink_value(&keys, FlowKind::MassAssignment, Variant::Plain, span, &name, 0);
            }
        }
    }
    // A subclass of text, or of a template node, hands its argument on.
    let mut result = Value::shaped(Shape::Instance(class, Arc::new(fields)));
    if requests::inherits_from(code, class, "builtins.str") {
        for (_, value, _) in &arguments.list {
            result.absorb(value);
        }
    }
    if code.class_facts(class).is_some_and(|facts| {
        facts.external_bases.iter().any(|base| {
            base.starts_with("django.http.HttpResponse")
                || base.starts_with("django.utils.safestring.Safe")
                || base.starts_with("django.db.models.expressions.RawSQL")
        })
    }) {
        let base = code
            .class_facts(class)
            .and_then(|facts| facts.external_bases.first().cloned())
            .unwrap_or_default();
        for sink in library::sinks(&base) {
            check_sink(body, sink, arguments, None, &base, expr);
        }
    }
    result
}

/// After `obj.method(…)`: the fields that the method set on the object a variable holds.
fn store_fields(
    body: &mut Body<'_>,
    callee: ExprId,
    function: FunctionRef,
    owner: &Value,
    arguments: &Arguments,
    expr: ExprId,
) {
    let Some(summary) = body.world.summaries.get(&function).cloned() else { return };
    if summary.fields.is_empty() {
        return;
    }
    let ExprKind::Attribute(base, _) = body.module.expr(callee) else { return };
    let ExprKind::Name(name) = body.module.expr(*base) else { return };
    let name = *name;
    let bound = bind(body, function, Some(owner), arguments);
    for (field, template) in &summary.fields {
        let value = substitute(body, template, &bound, function, Some(expr), 3);
        if value.taints.is_empty() {
            continue;
        }
        body.env.set(Place(name, Some(*field)), value);
    }
}

/// The arguments of a call by parameter.
struct Bound {
    values: Vec<Value>,
}

fn bind(
    body: &mut Body<'_>,
    function: FunctionRef,
    receiver: Option<&Value>,
    arguments: &Arguments,
) -> Bound {
    let code = body.code;
    let definition = code.function(function);
    let module = code.module(function.module);
    let is_static = definition.decorators.iter().any(
        |decorator| matches!(module.expr(*decorator), ExprKind::Name(name) if code.text(*name) == "staticmethod"),
    );
    let mut values = vec![Value::harmless(); definition.parameters.len()];
    let mut given = vec![false; values.len()];
    let mut position = 0;
    if let Some(receiver) = receiver
        && definition.class.is_some()
        && !is_static
    {
        // `Class.method(obj, …)` hands the object over by itself.
        let by_class = matches!(receiver.shape, Shape::Class(_))
            && !definition.decorators.iter().any(|decorator| module.source(*decorator) == "classmethod");
        if !by_class && !values.is_empty() {
            values[0] = receiver.clone();
            given[0] = true;
            position = 1;
        }
    }
    for (how, value, _) in &arguments.list {
        match how {
            ArgumentHow::Position => {
                match definition.parameters.get(position).map(|parameter| parameter.how) {
                    Some(ParameterHow::PositionOnly | ParameterHow::Either) => {
                        values[position] = value.clone();
                        given[position] = true;
                        position += 1;
                    }
                    Some(ParameterHow::Rest) => {
                        let slot = &mut values[position];
                        slot.absorb(value);
                        let item = match &slot.shape {
                            Shape::List(item) => {
                                let mut item = (**item).clone();
                                item.join(value);
                                item
                            }
                            _ => value.clone(),
                        };
                        slot.shape = Shape::List(Arc::new(item));
                    }
                    _ => {}
                }
            }
            ArgumentHow::Keyword(name) => {
                match definition
                    .parameters
                    .iter()
                    .position(|parameter| parameter.name == *name && requests::is_plain(parameter.how))
                {
                    Some(at) => {
                        values[at] = value.clone();
                        given[at] = true;
                    }
                    None => {
                        if let Some(at) = definition
                            .parameters
                            .iter()
                            .position(|parameter| parameter.how == ParameterHow::RestKeywords)
                        {
                            let slot = &mut values[at];
                            slot.absorb(value);
                            let text = key(code.text(*name));
                            match &mut slot.shape {
                                Shape::Dict(items, _) => Arc::make_mut(items).push((text, value.clone())),
                                _ => {
                                    slot.shape =
                                        Shape::Dict(Arc::new(vec![(text, value.clone())]), Arc::default())
                                }
                            }
                        }
                    }
                }
            }
            ArgumentHow::Spread => {
                let item = body.element(value, 0);
                for at in position..values.len() {
                    if !given[at] && definition.parameters[at].how != ParameterHow::RestKeywords {
                        values[at] = item.clone();
                    }
                }
            }
            ArgumentHow::SpreadKeywords => {
                for at in 0..values.len() {
                    if given[at] || definition.parameters[at].how == ParameterHow::Rest {
                        continue;
                    }
                    let name = code.text(definition.parameters[at].name);
                    if definition.parameters[at].how == ParameterHow::RestKeywords {
                        values[at] = value.clone();
                    } else if let Shape::Dict(items, rest) = &value.shape {
                        values[at] = items
                            .iter()
                            .find(|(mine, _)| *mine == key(name))
                            .map_or_else(|| (**rest).clone(), |(_, value)| value.clone());
                    } else if !value.taints.is_empty() {
                        values[at] = body.part(value, Some(name), ExprId(0));
                    }
                }
            }
        }
    }
    Bound { values }
}

/// A call of a function of the project, by its summary.
pub(super) fn project(
    body: &mut Body<'_>,
    function: FunctionRef,
    receiver: Option<&Value>,
    arguments: &Arguments,
    site: Option<ExprId>,
) -> Value {
    let code = body.code;
    let words = &body.world.model;
    if !(words.sanitisers.is_empty() && words.guards.is_empty() && words.sources.is_empty()) {
        let name = code.dotted(&Meaning::Function(function));
        if words.sanitisers.contains(&name) {
            let first = arguments.positional(0).map(|(_, value, _)| value.clone()).unwrap_or_default();
            return first.cleaned(Marks::ALL);
        }
        if words.sources.contains(&name) {
            return body.source(SourceKind::Argument, site.map(|site| body.module.span(site)));
        }
        if words.guards.contains(&name)
            && let Some((_, value, _)) = arguments.positional(0)
        {
            for taint in value.taints.clone() {
                body.env.prove(taint.origin, taint.form, Marks::ALL);
            }
        }
    }
    let Some(summary) = body.world.summaries.get(&function).cloned() else {
        // Not looked at yet: a circle, or a call that names did not show.
        let mut value = Value::unknown();
        for (_, argument, _) in &arguments.list {
            value.absorb(&argument.derived(site.map_or(1, |site| site.0 << 1), 1));
        }
        return value;
    };
    if function.module == body.id.module && code.function(function).outer == Some(body.id.function) {
        body.note_inner(function);
    }
    let bound = bind(body, function, receiver, arguments);
    apply_sinks(body, &summary, &bound, function, site);
    for (origin, marks) in &summary.ensures {
        prove_argument(body, &bound, origin, *marks);
    }
    let result = substitute(body, &summary.returns, &bound, function, site, 3);
    let definition = code.function(function);
    if definition.is_generator && !is_context_manager(code, function) {
        let (taints, open) = (result.taints.clone(), result.open);
        return Value { taints, open, shape: Shape::List(Arc::new(result)), ..Value::default() };
    }
    result
}

fn is_context_manager(code: &Code, function: FunctionRef) -> bool {
    let module = code.module(function.module);
    code.function(function)
        .decorators
        .iter()
        .any(|decorator| module.source(*decorator).ends_with("contextmanager"))
}

fn prove_argument(body: &mut Body<'_>, bound: &Bound, origin: &Origin, marks: Marks) {
    let Root::Parameter(index) = origin.root else { return };
    let Some(value) = bound.values.get(index as usize).cloned() else { return };
    let value = body.follow(&value, origin);
    for taint in &value.taints {
        body.env.prove(taint.origin, taint.form, marks);
    }
}

fn apply_sinks(
    body: &mut Body<'_>,
    summary: &Summary,
    bound: &Bound,
    function: FunctionRef,
    site: Option<ExprId>,
) {
    for sink in &summary.sinks {
        let value = match sink.origin.root {
            Root::Parameter(index) => match bound.values.get(index as usize) {
                Some(value) => value.clone(),
                None => continue,
            },
            Root::Free(name) => body.name(name),
            Root::Source(_) => continue,
        };
        if value.taints.is_empty()
            && !matches!(value.shape, Shape::Request | Shape::Instance(..) | Shape::Cleaned(_))
        {
            continue;
        }
        let mut value = body.follow(&value, &sink.origin);
        if matches!(sink.kind, FlowKind::Lookup | FlowKind::MassAssignment)
            && matches!(value.shape, Shape::Dict(..))
        {
            value = keys_of(&value);
        }
        if value.taints.is_empty() {
            continue;
        }
        let passed = site.map(|site| (body.module.span(site), function));
        let sink: ParameterSink = sink.clone();
        body.reach(&value, &sink, passed);
    }
}

/// What a call gives: the summary's value with the arguments put in.
fn substitute(
    body: &mut Body<'_>,
    template: &Value,
    bound: &Bound,
    function: FunctionRef,
    site: Option<ExprId>,
    depth: usize,
) -> Value {
    let span = site.map(|site| body.module.span(site));
    let form = site.map_or(0, |site| site.0 << 1);
    let mut result =
        Value { open: template.open, text: template.text.clone(), built: template.built, ..Value::default() };
    // Markup that a function puts together from its parameters is not constant, whatever is handed over here.
    let from_parameters = template
        .taints
        .iter()
        .any(|taint| !taint.clean.has(FlowKind::Html) && !matches!(taint.origin.root, Root::Source(_)));
    if template.built.is_some() && from_parameters {
        result.open = result.open.with(Marks::of(FlowKind::Html));
    }
    let mut same: Option<Value> = None;
    for taint in &template.taints {
        let argument = match taint.origin.root {
            Root::Source(_) => {
                let mut taint = taint.clone();
                if let Some(span) = span {
                    taint.trace = extend(&taint.trace, span, Note::Returned(function));
                }
                add_taint(&mut result.taints, &taint);
                continue;
            }
            Root::Parameter(index) => match bound.values.get(index as usize) {
                Some(value) => value.clone(),
                None => continue,
            },
            Root::Free(name) => body.name(name),
        };
        let value = body.follow(&argument, &taint.origin);
        result.open = result.open.with(value.open.without(taint.clean));
        for mine in &value.taints {
            let mut mine: Taint = mine.clone();
            mine.clean = mine
                .clean
                .with(body.env.fact(mine.origin, mine.form))
                .with(taint.clean.without(Marks::LOOKED_AT));
            mine.doubt = mine.doubt.saturating_add(taint.doubt);
            if taint.form != 0 {
                mine.form = form ^ taint.form | 1;
            }
            if let Some(span) = span {
                mine.trace = extend(&mine.trace, span, Note::Returned(function));
            }
            add_taint(&mut result.taints, &mine);
        }
        if taint.form == 0 && template.taints.len() == 1 && matches!(template.shape, Shape::Unknown) {
            same = Some(value);
        }
    }
    if let Some(same) = same {
        result.shape = same.shape;
        if template.text.is_none() {
            result.text = same.text;
        }
        if result.built.is_none() {
            result.built = same.built;
        }
        return result;
    }
    if depth == 0 {
        return result;
    }
    result.shape = match &template.shape {
        Shape::Tuple(items) => Shape::Tuple(Arc::new(
            items.iter().map(|item| substitute(body, item, bound, function, site, depth - 1)).collect(),
        )),
        Shape::List(item) => {
            let item = substitute(body, item, bound, function, site, depth - 1);
            Shape::List(Arc::new(item))
        }
        Shape::Dict(items, rest) => {
            let items = items
                .iter()
                .map(|(name, item)| (*name, substitute(body, item, bound, function, site, depth - 1)))
                .collect();
            let rest = substitute(body, rest, bound, function, site, depth - 1);
            Shape::Dict(Arc::new(items), Arc::new(rest))
        }
        Shape::Instance(class, fields) => {
            let class = *class;
            let fields = fields
                .iter()
                .map(|(name, field)| (*name, substitute(body, field, bound, function, site, depth - 1)))
                .collect();
            Shape::Instance(class, Arc::new(fields))
        }
        other => other.clone(),
    };
    result
}
