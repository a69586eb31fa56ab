//! Calls of the project's own functions: their summaries, with the arguments put in.

use super::body::{Arguments, Body, Candidate};
use super::call_sinks::keys_of;
use super::engine::{Handed, ParameterSink, Summary};
use super::requests;
use super::taint::{Marks, Note, Origin, Root, Shape, Taint, Value, add_taint, extend, key};
use super::{Begin, FlowKind, SourceKind, Variant};
use crate::code::*;
use std::sync::Arc;

/// The arguments of a call by parameter.
pub(super) struct Bound {
    pub(super) values: Vec<Value>,
}

pub(super) fn bind(
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
                            slot.absorb(&value.clone().cleaned(Marks::NAMES));
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
                        values[at] = match value.shape {
                            Shape::Dict(..) if keys_of(value).taints.is_empty() => {
                                value.clone().cleaned(Marks::NAMES)
                            }
                            _ => value.clone(),
                        };
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
    for raised in &summary.raises {
        let text = substitute(body, &raised.text, &bound, function, site, 0);
        body.raise(raised.class.clone(), text);
    }
    for (parameter, kind) in &summary.text_of {
        let handed = match bound.values.get(*parameter as usize) {
            Some(value) => handed(body, value, *kind),
            None => Handed::Other,
        };
        body.outcome.handed.push((function, *parameter, *kind, handed));
    }
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

/// Whether a call hands over what can do no such harm, or what the caller was handed itself.
fn handed(body: &Body<'_>, value: &Value, kind: FlowKind) -> Handed {
    let value = body.settled(value.clone());
    if value.open.has(kind) {
        return Handed::Other;
    }
    let mut harmful = value.taints.iter().filter(|taint| !taint.clean.has(kind));
    match (harmful.next(), harmful.next()) {
        (None, _) => Handed::Constant,
        (Some(taint), None) if taint.origin.is_whole() => match taint.origin.root {
            Root::Parameter(index) => Handed::Parameter(body.id, index),
            _ => Handed::Other,
        },
        _ => Handed::Other,
    }
}

fn is_context_manager(code: &Code, function: FunctionRef) -> bool {
    let module = code.module(function.module);
    code.function(function)
        .decorators
        .iter()
        .any(|decorator| module.source(*decorator).ends_with("contextmanager"))
}

pub(super) fn prove_argument(body: &mut Body<'_>, bound: &Bound, origin: &Origin, marks: Marks) {
    let Root::Parameter(index) = origin.root else { return };
    let Some(value) = bound.values.get(index as usize).cloned() else { return };
    let value = body.follow(&value, origin);
    for taint in &value.taints {
        body.env.prove(taint.origin, taint.form, marks);
    }
}

pub(super) fn apply_sinks(
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
        if let Some(site) = site {
            handed_to_shell(body, &value, sink, function, site);
        }
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
        if matches!(sink.kind, FlowKind::Lookup | FlowKind::MassAssignment) {
            // The names in what a form or serializer let through are those of its fields.
            value.taints.retain(|taint| taint.origin.root != Root::Source(SourceKind::Cleaned));
        }
        if value.taints.is_empty() {
            continue;
        }
        let passed = site.map(|site| (body.module.span(site), function));
        let sink: ParameterSink = sink.clone();
        body.reach(&value, &sink, passed);
    }
}

/// Text that is put together here and that the called function runs in a shell.
fn handed_to_shell(
    body: &mut Body<'_>,
    value: &Value,
    sink: &ParameterSink,
    function: FunctionRef,
    site: ExprId,
) {
    let harmful =
        value.open.has(sink.kind) || value.taints.iter().any(|taint| !taint.clean.has(FlowKind::Command));
    if sink.kind != FlowKind::Command
        || sink.variant != Variant::Plain
        || !sink.origin.is_whole()
        || value.built.is_none()
        || !harmful
    {
        return;
    }
    let parameters = body.only_parameters(value, sink.kind);
    body.candidate(Candidate {
        kind: sink.kind,
        variant: Variant::Wrapped,
        begin: Begin::Built,
        place: body.module.span(site),
        name: body.code.function(function).path.clone().into(),
        doubt: sink.doubt.max(1),
        built: value.built,
        trace: None,
        way: None,
        parameters,
    });
}

/// What a call gives: the summary's value with the arguments put in.
pub(super) fn substitute(
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
        // Which part of the container it is we no longer tell.
        if !matches!(template.shape, Shape::Unknown | Shape::External(_)) {
            for taint in &mut result.taints {
                taint.doubt = taint.doubt.max(1);
            }
        }
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
