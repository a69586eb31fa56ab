//! Calls that do harm with what they are given: which arguments, and under which conditions.

use super::body::{Arguments, Body, Candidate};
use super::library::{EVERY_ARGUMENT, RECEIVER, Sink};
use super::taint::{COMPUTED, Root, Shape, Value};
use super::{Begin, FlowKind, SourceKind, Variant};
use crate::code::*;
use barding_source::Span;

/// Sinks that the project named itself.
pub(super) fn own_words(body: &mut Body<'_>, callee: &Value, arguments: &Arguments, expr: ExprId) {
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

pub(super) fn dotted(body: &Body<'_>, callee: &Value) -> Option<String> {
    match &callee.shape {
        Shape::Function(function) | Shape::Method(function, ..) => {
            Some(body.code.dotted(&Meaning::Function(*function)))
        }
        Shape::Class(class) => Some(body.code.dotted(&Meaning::Class(*class))),
        Shape::External(name) => Some(name.to_string()),
        _ => None,
    }
}

pub(super) fn is_cursor(source: &str) -> bool {
    let last = source.trim_end_matches("()").rsplit('.').next().unwrap_or_default().trim_start_matches('_');
    matches!(
        last,
        "cursor" | "cur" | "curs" | "conn" | "connection" | "db" | "dbconn" | "engine" | "c" | "crs"
    ) || last.ends_with("_cursor")
        || last.ends_with("_conn")
        || last.ends_with("_connection")
}

/// Whether what stands before the dot reads like a manager or a query set.
pub(super) fn is_query(source: &str) -> bool {
    let last = source.rsplit(['.', '\n']).next().unwrap_or_default().trim();
    let last = last.split('(').next().unwrap_or_default();
    source.contains(".objects")
        || source.contains("_manager")
        || matches!(
            last,
            "filter"
                | "exclude"
                | "all"
                | "annotate"
                | "order_by"
                | "select_related"
                | "prefetch_related"
                | "distinct"
                | "get_queryset"
                | "queryset"
                | "query_set"
                | "qs"
                | "alias"
                | "using"
        )
        || last.ends_with("_set")
        || last.ends_with("_qs")
        || last.ends_with("queryset")
}

pub(super) fn is_logger(source: &str) -> bool {
    let last = source.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    matches!(&*last, "logger" | "log" | "logging" | "_logger" | "_log" | "_logging")
        || last.ends_with("_logger")
        || last.ends_with("_log")
}

/// The callee for people: its dotted name when it is short, else as written.
pub(super) fn shown_name(body: &Body<'_>, callee: ExprId, name: Option<&str>) -> String {
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

pub(super) fn check_sink(
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
            // Mail programs run no scripts, and what they show was often rendered elsewhere.
            (FlowKind::Html, Variant::Mail) => {
                body.sink_value(&value, sink.kind, sink.variant, span, shown, doubt + 1);
                continue;
            }
            // An engine of its own may well be a restricted one.
            (FlowKind::Template, _) if arguments.keyword(body.code, "engine").is_some() => {
                body.sink_value(&value, sink.kind, sink.variant, span, shown, doubt + 1);
                continue;
            }
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
            parameters: Vec::new(),
        });
    }
}

/// Whether an argument is written out: text, or a container of texts.
pub(super) fn is_written_out(module: &Module, expr: ExprId) -> bool {
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
pub(super) fn first_item(body: &mut Body<'_>, arguments: &Arguments) -> Option<Value> {
    let (_, _, expr) = arguments.positional(0).or_else(|| arguments.keyword(body.code, "args"))?;
    match body.module.expr(*expr) {
        ExprKind::List(items) | ExprKind::Tuple(items) => items.first().map(|item| body.eval(*item)),
        _ => None,
    }
}

/// What is written to logs: whole requests and secrets by name; other text from outside may hold line ends.
pub(super) fn log_sink(body: &mut Body<'_>, value: &Value, arguments: &Arguments, shown: &str, span: Span) {
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
        let mut value = value.clone();
        // A single header beside them is not what matters.
        value.taints.retain(|taint| taint.form == 0 && taint.origin.is_whole());
        let value = &value;
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

pub(super) fn is_secret_name(source: &str) -> bool {
    let lower = source.to_ascii_lowercase();
    source.len() < 200
        && !source.starts_with(['"', '\''])
        && ["password", "passwd", "secret", "api_key", "apikey", "access_token", "credit_card"]
            .iter()
            .any(|word| lower.contains(word))
}

/// `Model(**request.POST)`, `filter(**request.GET)`, `annotate(**data)`.
pub(super) fn spread_sinks(
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
    let surely = arguments.on_query
        || name.is_some_and(|name| {
            name.contains("objects")
                || name.starts_with("django.db.")
                || name.starts_with("django.shortcuts.")
        })
        || receiver.is_some_and(|receiver| matches!(receiver.shape, Shape::Query(_)));
    // `update` and `get` are words of every mapping.
    let may_be = !matches!(method, "update" | "get" | "extra" | "values")
        && receiver.is_some_and(|receiver| matches!(receiver.shape, Shape::Unknown | Shape::Class(_)));
    if !surely && !may_be {
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
pub(super) fn keys_of(value: &Value) -> Value {
    let mut keys = Value::harmless();
    match &value.shape {
        // The keys are ours; only the values came from outside. Computed keys have an entry of their own.
        Shape::Dict(items, _) => {
            if let Some((_, computed)) = items.iter().find(|(name, _)| *name == COMPUTED) {
                keys.taints = computed.taints.clone();
            }
        }
        Shape::Cleaned(_) | Shape::Instance(..) | Shape::Request => {}
        _ => {
            keys.taints = value.taints.clone();
            // The names of what an address hands to a view are written in the URLconf.
            keys.taints.retain(|taint| {
                !matches!(taint.origin.root, Root::Source(SourceKind::Segment | SourceKind::Rest))
            });
        }
    }
    // What a serializer let through has the keys that its nested serializers name.
    keys.taints.retain(|taint| taint.origin.root != Root::Source(SourceKind::Cleaned));
    keys
}

/// Stands in the name of a response whose content type runs no scripts.
pub(super) const PLAIN: &str = ".plain";

pub(super) fn write_to_response(
    body: &mut Body<'_>,
    receiver: &Value,
    method: &str,
    arguments: &Arguments,
    expr: ExprId,
) {
    let Some(name) = receiver.external_name() else { return };
    if !(name.starts_with("django.http.") && name.ends_with("()")) || name.contains(PLAIN) {
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
