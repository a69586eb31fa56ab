//! What is inside a value: items, elements, cleaned fields; and data from outside as it comes in.

use super::body::Body;
use super::names::external;
use super::requests;
use super::taint::{Marks, Note, Root, Shape, Step, Value, add_taint, extend, key};
use super::{FlowKind, SourceKind, Variant};
use crate::code::*;
use barding_source::Span;

impl<'w> Body<'w> {
    pub(super) fn bag(&mut self, kind: SourceKind, span: Option<Span>) -> Value {
        let mut value = self.source(kind, span);
        value.shape = Shape::Bag;
        value
    }

    /// Data from outside.
    pub(super) fn source(&mut self, kind: SourceKind, span: Option<Span>) -> Value {
        let trace = span.and_then(|span| extend(&None, span, Note::Source(kind)));
        Value { taints: vec![self.strand(Root::Source(kind), trace)], ..Value::default() }
    }

    /// `value[index]`.
    pub(super) fn item(&mut self, value: &Value, index: &Value, index_expr: ExprId, expr: ExprId) -> Value {
        let constant = index.constant_text().map(str::to_owned);
        let span = self.module.span(expr);
        self.named_in_scope(index, expr, span);
        match &value.shape {
            Shape::Cleaned(class) => {
                let class = *class;
                return self.cleaned(class, constant.as_deref(), span);
            }
            Shape::Query(model) => {
                return match self.module.expr(index_expr) {
                    ExprKind::Slice(_) => value.clone(),
                    _ => super::models::object(*model),
                };
            }
            Shape::Tuple(items) => {
                if let ExprKind::Int(number) = self.module.expr(index_expr) {
                    let length = items.len() as i64;
                    let at = if *number < 0 { length + number } else { *number };
                    if let Some(item) = usize::try_from(at).ok().and_then(|at| items.get(at)) {
                        return item.clone();
                    }
                }
            }
            Shape::List(item) => {
                if matches!(self.module.expr(index_expr), ExprKind::Slice(_)) {
                    return value.clone();
                }
                return (**item).clone();
            }
            Shape::Dict(items, rest) => {
                if let Some(text) = &constant
                    && let Some((_, item)) = items.iter().find(|(name, _)| *name == key(text))
                {
                    return item.clone();
                }
                let mut all = (**rest).clone();
                if constant.is_none() {
                    for (_, item) in items.iter() {
                        all.absorb(item);
                    }
                }
                return all;
            }
            Shape::External(name) => {
                let mut result = external(&format!("{name}[]"));
                result.taints = value.derived(expr.0 << 1, 0).taints;
                if value.open == Marks::NONE {
                    result.open = Marks::NONE;
                }
                return result;
            }
            Shape::Bag => {
                if let Some(text) = &constant
                    && is_set_by_server(text)
                {
                    return Value::harmless();
                }
            }
            // `context["request"]`
            Shape::Unknown | Shape::Instance(..) if constant.as_deref() == Some("request") => {
                return Value::shaped(Shape::Request);
            }
            _ => {}
        }
        self.part(value, constant.as_deref(), expr)
    }

    /// `globals()[name]` gives whatever the module has of that name.
    fn named_in_scope(&mut self, index: &Value, expr: ExprId, span: Span) {
        if let ExprKind::Subscript(base, _) = self.module.expr(expr)
            && let ExprKind::Call(call) = self.module.expr(*base)
            && let ExprKind::Name(name) = self.module.expr(call.callee)
            && let name @ ("globals" | "locals") = self.code.text(*name)
        {
            self.sink_value(index, FlowKind::Attribute, Variant::Plain, span, name, 0);
        }
    }

    /// A part of a tainted value, by key where it is known.
    pub(super) fn part(&mut self, value: &Value, constant: Option<&str>, expr: ExprId) -> Value {
        let mut result = Value { open: value.open, built: value.built, ..Value::default() };
        for taint in &value.taints {
            let mut taint = taint.clone();
            let step =
                constant.filter(|_| taint.form == 0).and_then(|text| taint.origin.into(Step::Key(key(text))));
            taint.clean = taint.clean.with(self.env.fact(taint.origin, taint.form)).without(Marks::RESOLVED);
            match step {
                Some(origin) => taint.origin = origin,
                None => taint.form = expr.0 << 1 | 1,
            }
            add_taint(&mut result.taints, &taint);
        }
        result
    }

    /// A field of a form's cleaned data.
    pub(super) fn cleaned(&mut self, class: Option<ClassRef>, field: Option<&str>, span: Span) -> Value {
        let marks = match (class, field) {
            (Some(class), Some(field)) => requests::field_marks(self.code, class, field, 4),
            _ => None,
        };
        if marks == Some(Marks::ALL) {
            return Value::harmless();
        }
        let mut value = self.source(SourceKind::Cleaned, Some(span));
        for taint in &mut value.taints {
            if let Some(field) = field {
                taint.origin = taint.origin.into(Step::Key(key(field))).unwrap_or(taint.origin);
                if marks.is_none() && requests::named_like_a_number(field) {
                    return Value::harmless();
                }
            }
            match marks {
                Some(marks) => taint.clean = marks,
                None => taint.doubt = 1,
            }
        }
        if let (Some(class), Some(field)) = (class, field)
            && self.cleans_itself(class, field)
        {
            for taint in &mut value.taints {
                taint.doubt = taint.doubt.max(1);
            }
        }
        value
    }

    /// Whether a form looks at a field in a method of its own, or puts another value in its place.
    fn cleans_itself(&self, class: ClassRef, field: &str) -> bool {
        let method = |name: &str| {
            let name = self.code.known_symbol(name)?;
            match self.code.attribute(Meaning::Instance(class), name, 16)? {
                Meaning::Method(function, _) => Some(function),
                _ => None,
            }
        };
        if method(&format!("clean_{field}")).is_some() || method(&format!("validate_{field}")).is_some() {
            return true;
        }
        if requests::has_validators(self.code, class, field) {
            return true;
        }
        let Some(clean) = method("clean") else { return false };
        let (start, end) = self.code.function(clean).whole;
        let text = &self.code.module(clean.module).file.text;
        text.get(start as usize..end as usize).unwrap_or_default().lines().any(|line| {
            let line = line.trim_start();
            line.split_once('=').is_some_and(|(target, rest)| {
                (target.starts_with("cleaned_data[") || target.starts_with("self.cleaned_data["))
                    && !rest.starts_with('=')
            })
        })
    }

    /// What walking over a value gives.
    pub(super) fn element(&mut self, value: &Value, form: u32) -> Value {
        match &value.shape {
            Shape::Query(model) => super::models::object(*model),
            Shape::List(item) => (**item).clone(),
            Shape::Tuple(items) => {
                let mut items = items.iter();
                let mut all = items.next().cloned().unwrap_or_default();
                for item in items {
                    all.join(item);
                }
                all
            }
            Shape::Dict(items, rest) => {
                // Walking a dict gives its keys, but `.items()` and `.values()` keep its shape.
                let mut all = (**rest).clone();
                for (_, item) in items.iter() {
                    all.absorb(item);
                }
                all.built = None;
                let keys = Value { taints: value.taints.clone(), ..Value::default() };
                all.absorb(&keys.derived(form << 1, 0));
                all
            }
            Shape::Cleaned(class) => {
                let class = *class;
                let span = self.module.span(ExprId(form.min(self.module.expressions.len() as u32 - 1)));
                let mut value = self.cleaned(class, None, span);
                for taint in &mut value.taints {
                    taint.doubt = 2;
                }
                value
            }
            Shape::External(name) => {
                let mut result = external(&format!("{name}[]"));
                result.taints = value.derived(form << 1, 0).taints;
                result.open = value.open;
                result
            }
            _ => {
                let mut result = value.derived(form << 1, 0);
                result.built = None;
                for taint in &mut result.taints {
                    taint.clean = taint.clean.with(self.env.fact(taint.origin, 0));
                    // The keys of what was validated are the names of fields.
                    if taint.origin.root == Root::Source(SourceKind::Cleaned) {
                        taint.clean = taint.clean.with(Marks::of(FlowKind::Attribute));
                    }
                }
                result
            }
        }
    }
}

/// Keys of `request.META` that no visitor sets.
pub(super) fn is_set_by_server(name: &str) -> bool {
    matches!(
        name,
        "REMOTE_ADDR"
            | "REMOTE_PORT"
            | "SERVER_NAME"
            | "SERVER_PORT"
            | "REQUEST_METHOD"
            | "wsgi.url_scheme"
            | "SCRIPT_NAME"
            | "SERVER_PROTOCOL"
            | "CSRF_COOKIE"
    )
}
