//! Assignment: to names, to fields of objects, to keys of containers and to the headers of a response.

use super::body::Body;
use super::requests;
use super::taint::{
    COMPUTED, Marks, Note, Place, Root, Shape, Taint, Value, extend, join_entry, key, put_entry,
};
use super::{FlowKind, Variant};
use crate::code::*;
use barding_source::Span;
use std::sync::Arc;

impl<'w> Body<'w> {
    pub(super) fn assign(&mut self, target: ExprId, value: Value) {
        match self.module.expr(target) {
            ExprKind::Name(name) => {
                let value = self.traced(value, self.module.span(target), Note::Assigned(*name));
                self.env.set(Place(*name, None), value);
            }
            ExprKind::Attribute(base, attribute) => self.assign_field(*base, *attribute, value, target),
            ExprKind::Subscript(base, index) => {
                let (base, index) = (*base, *index);
                let index_value = self.eval(index);
                let owner = self.eval(base);
                self.response_header(&owner, &index_value, &value, target);
                if matches!(self.module.expr(base), ExprKind::Name(_) | ExprKind::Attribute(..)) {
                    let mut owner = owner;
                    let text = index_value.constant_text().map(key);
                    if !index_value.taints.is_empty() {
                        let mut keys = index_value.derived(target.0 << 1, 0);
                        keys.open = Marks::NONE;
                        owner.absorb(&keys);
                        if let Shape::Dict(items, _) = &mut owner.shape {
                            join_entry(Arc::make_mut(items), COMPUTED, &keys);
                        }
                    }
                    match (&mut owner.shape, text) {
                        (Shape::Dict(items, _), Some(text)) => {
                            put_entry(Arc::make_mut(items), text, value);
                        }
                        (Shape::Dict(_, rest), None) => Arc::make_mut(rest).absorb(&value),
                        (Shape::List(item), _) => Arc::make_mut(item).absorb(&value),
                        (Shape::Unknown | Shape::External(_), _) => {
                            let mut value = value.derived(target.0 << 1, 0);
                            value.open = Marks::NONE;
                            owner.absorb(&value);
                        }
                        _ => {}
                    }
                    match self.module.expr(base) {
                        ExprKind::Name(name) => self.env.set(Place(*name, None), owner),
                        ExprKind::Attribute(holder, attribute)
                            if matches!(self.module.expr(*holder), ExprKind::Name(_)) =>
                        {
                            let (holder, attribute) = (*holder, *attribute);
                            self.assign_field(holder, attribute, owner, target);
                        }
                        _ => {}
                    }
                }
            }
            ExprKind::Tuple(targets) | ExprKind::List(targets) => {
                let exact = match &value.shape {
                    Shape::Tuple(items) if items.len() == targets.len() => Some(items.clone()),
                    _ => None,
                };
                for (at, target) in targets.iter().enumerate() {
                    let item = match &exact {
                        Some(items) => items[at].clone(),
                        None => self.element(&value, target.0),
                    };
                    self.assign(*target, item);
                }
            }
            ExprKind::Starred(inner) => {
                let value = Value { shape: Shape::List(Arc::new(value.clone())), ..value };
                self.assign(*inner, value);
            }
            _ => {}
        }
    }

    /// The target of a loop gets an item. `for name, value in mapping.items()` tells names and values apart.
    pub(super) fn assign_item(&mut self, target: ExprId, iterable: ExprId, value: &Value) {
        if let ExprKind::Tuple(pair) = self.module.expr(target)
            && let [name, one] = pair[..]
            && let Shape::Dict(items, rest) = &value.shape
            && self.module.source(iterable).ends_with(".items()")
        {
            let mut names = super::call_sinks::keys_of(value).derived(iterable.0 << 1, 0);
            names.open = Marks::NONE;
            let mut all = (**rest).clone();
            for (at, item) in items.iter() {
                if *at != COMPUTED {
                    all.absorb(item);
                }
            }
            all.built = None;
            self.assign(name, names);
            self.assign(one, all);
            return;
        }
        let item = self.element(value, iterable.0);
        self.assign(target, item);
    }

    pub(super) fn assign_field(&mut self, base: ExprId, attribute: Symbol, value: Value, target: ExprId) {
        let ExprKind::Name(owner) = self.module.expr(base) else {
            self.eval(base);
            return;
        };
        let owner = *owner;
        let span = self.module.span(target);
        let value = self.traced(value, span, Note::Stored(attribute));
        let holder = self.name(owner);
        if let Shape::External(name) = &holder.shape
            && name.starts_with("django.http.")
            && self.code.text(attribute) == "content"
            && !name.contains(super::call_sinks::PLAIN)
        {
            self.sink_value(&value, FlowKind::Html, Variant::Response, span, "response.content", 0);
        }
        if let Shape::Instance(class, _) = &holder.shape
            && self.code.text(attribute) == "success_url"
            && requests::is_view_class(self.code, *class)
        {
            self.sink_value(&value, FlowKind::Redirect, Variant::Plain, span, "success_url", 0);
        }
        self.env.set(Place(owner, Some(attribute)), value.clone());
        let Shape::Instance(class, fields) = &holder.shape else { return };
        let class = *class;
        if self.is_self(owner) {
            join_entry(&mut self.outcome.summary.fields, attribute, &value);
            let outside: Vec<Taint> = value
                .taints
                .iter()
                .filter(|taint| matches!(taint.origin.root, Root::Source(_)))
                .map(|taint| {
                    let mut taint = taint.clone();
                    taint.clean = taint.clean.with(self.env.fact(taint.origin, taint.form));
                    taint.doubt = taint.doubt.max(1);
                    taint
                })
                .collect();
            if !outside.is_empty() {
                let value = Value { taints: outside, ..Value::harmless() };
                self.outcome.fields.push((class, attribute, value));
            }
        } else {
            if requests::is_model(self.code, class) {
                self.store_field(class, attribute, &value, span, 1);
            }
            let mut fields = fields.clone();
            put_entry(Arc::make_mut(&mut fields), attribute, value);
            self.env.set(Place(owner, None), Value { shape: Shape::Instance(class, fields), ..holder });
        }
    }

    pub(super) fn is_self(&self, name: Symbol) -> bool {
        let function = self.module.function(self.id.function);
        function.class.is_some() && function.parameters.first().is_some_and(|first| first.name == name)
    }

    /// `response["Location"] = value`.
    pub(super) fn response_header(&mut self, owner: &Value, index: &Value, value: &Value, target: ExprId) {
        let Shape::External(name) = &owner.shape else { return };
        if !(name.starts_with("django.http.")
            || name.starts_with("django.shortcuts.render")
            || name.contains("Response()"))
        {
            return;
        }
        let span = self.module.span(target);
        let Some(header) = index.constant_text().map(str::to_ascii_lowercase) else { return };
        match &*header {
            "location" => {
                self.sink_value(value, FlowKind::Redirect, Variant::Plain, span, "the Location header", 0)
            }
            "x-accel-redirect" | "x-sendfile" => {
                self.sink_value(
                    value,
                    FlowKind::Path,
                    Variant::Plain,
                    span,
                    &format!("the {header} header"),
                    0,
                );
            }
            "content-disposition" => {
                self.sink_value(
                    value,
                    FlowKind::Header,
                    Variant::Disposition,
                    span,
                    "the Content-Disposition header",
                    1,
                );
            }
            _ => self.sink_value(
                value,
                FlowKind::Header,
                Variant::Plain,
                span,
                &format!("the {header} header"),
                // Django itself refuses line ends.
                2,
            ),
        }
    }

    pub(super) fn traced(&self, mut value: Value, span: Span, note: Note) -> Value {
        for taint in &mut value.taints {
            taint.trace = extend(&taint.trace, span, note.clone());
        }
        value
    }
}
