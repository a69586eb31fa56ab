//! Calls: to the project's own functions by their summaries, to all others by what the library says about them.

use super::body::{Arguments, Body};
use super::call_sinks::{
    check_sink, is_cursor, is_logger, is_query, keys_of, own_words, shown_name, spread_sinks,
    write_to_response,
};
use super::engine;
use super::later;
use super::library::{self, Sink};
use super::library_calls::{guard_by_raising, library_call, unknown_call};
use super::methods::method_call;
use super::requests;
use super::summaries::{bind, project, substitute};
use super::taint::{Marks, Place, Root, Shape, Value};
use super::{FlowKind, Variant};
use crate::code::*;
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
    if receiver.is_none() && method == Some("next") {
        body.prove_found(call);
    }
    let list = call
        .arguments
        .iter()
        .map(|argument| (argument.how, body.eval(argument.value), argument.value))
        .collect();
    let (on_cursor, on_query) = match body.module.expr(call.callee) {
        ExprKind::Attribute(base, _) => {
            let source = body.module.source(*base);
            (is_cursor(source), is_query(source))
        }
        _ => (false, false),
    };
    let arguments = Arguments { list, on_cursor, on_query };
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
    // `get_object_or_404(User, username=name)` goes on only when such a row is there.
    if matches!(method, Some("get_object_or_404" | "aget_object_or_404" | "get" | "aget"))
        && (arguments.on_query
            || method.is_some_and(|method| method.ends_with("_404"))
            || receiver.as_ref().is_some_and(|receiver| matches!(receiver.shape, Shape::Query(_))))
    {
        for (how, value, _) in &arguments.list {
            if let ArgumentHow::Keyword(name) = how
                && !code.text(*name).contains("__")
            {
                for taint in &value.taints {
                    body.env.prove(taint.origin, taint.form, Marks::LOOKED_AT);
                }
            }
        }
    }
    let name = callee.external_name().map(str::to_owned);
    if let Some(last) = method
        && let Some(result) = later::run_later(body, call, receiver.as_ref(), last, &arguments, expr)
    {
        return result;
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
    body.renders(name.as_deref(), method, receiver.as_ref(), &arguments);
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
        // Data classes, named tuples and the like take their annotated fields in order.
        let mut declared = declared_fields(code, class).into_iter();
        for (how, value, _) in &arguments.list {
            let name = match how {
                ArgumentHow::Keyword(name) => Some(*name),
                ArgumentHow::Position => declared.next(),
                _ => None,
            };
            if let Some(name) = name
                && fields.len() < 48
            {
                fields.push((name, value.clone()));
            }
        }
    }
    // A form whose data did not come from the request (signed and verified first, say) cleans no visitor's text.
    let is_form = ["django.forms", "rest_framework.serializers"]
        .into_iter()
        .any(|start| requests::inherits_from(code, class, start));
    if is_form && !arguments.list.is_empty() {
        let from_request = arguments.list.iter().any(|(how, value, _)| {
            *how == ArgumentHow::SpreadKeywords
                || matches!(value.shape, Shape::Request | Shape::Bag)
                || value.taints.iter().any(|taint| matches!(taint.origin.root, Root::Source(_)))
        });
        if !from_request {
            // What callers hand over they know best.
            let mut cleaned = Value::harmless();
            for (_, value, _) in &arguments.list {
                cleaned.absorb(&value.derived(expr.0 << 1, 0));
            }
            cleaned.open = Marks::NONE;
            for name in ["cleaned_data", "validated_data"] {
                if let Some(name) = code.known_symbol(name) {
                    fields.push((name, cleaned.clone()));
                }
            }
        }
    }
    if requests::is_model(code, class) {
        for (field, value) in &fields {
            body.store_field(class, *field, value, span, 1);
        }
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
        // A constructor of its own decides what the arguments mean and what content type they get.
        if engine::constructor(code, class).is_none() || !names_plain_content(code, class) {
            for sink in library::sinks(&base) {
                check_sink(body, sink, arguments, None, &base, expr);
            }
        }
    }
    result
}

/// Whether the class, or a base of it in the project, gives its responses a content type that runs no scripts.
fn names_plain_content(code: &Code, class: ClassRef) -> bool {
    let Some(facts) = code.class_facts(class) else { return false };
    facts.order.iter().any(|at| {
        let module = code.module(at.module);
        let (start, end) = module.class(at.class).whole;
        let text = module.file.text.get(start as usize..end as usize).unwrap_or_default();
        text.lines().filter(|line| line.contains("content_type") || line.contains("mimetype")).any(|line| {
            ["json", "text/plain", "csv", "octet-stream", "pdf"].iter().any(|kind| line.contains(kind))
        }) && !text.contains("text/html")
    })
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

/// The annotated names of a class's body, in order.
fn declared_fields(code: &Code, class: ClassRef) -> Vec<Symbol> {
    let module = code.module(class.module);
    module
        .class(class.class)
        .body
        .iter()
        .filter_map(|statement| match &statement.kind {
            StmtKind::Annotated { target, .. } => match module.expr(*target) {
                ExprKind::Name(name) => Some(*name),
                _ => None,
            },
            _ => None,
        })
        .take(48)
        .collect()
}
