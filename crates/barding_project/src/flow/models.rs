//! Models: managers and query sets, objects that come out of them, the types of their fields, and what requests have put
//! into them for a later request to read (flows of the second order, which are less sure).

use super::body::{Arguments, Body};
use super::requests;
use super::taint::{Marks, Note, Root, Shape, Taint, Value, extend};
use crate::code::*;
use barding_source::Span;
use std::sync::Arc;

/// More text fields of one model are not told apart.
const MOST_FIELDS: usize = 32;

impl<'w> Body<'w> {
    /// `Item.objects` and other managers of a model.
    pub(super) fn manager(&self, class: ClassRef, name: Symbol) -> Option<Value> {
        if !requests::is_model(self.code, class) {
            return None;
        }
        let is_manager = match self.code.text(name) {
            "objects" | "_default_manager" | "_base_manager" => true,
            _ => match self.code.attribute(Meaning::Class(class), name, 12)? {
                Meaning::Instance(manager) => requests::is_manager(self.code, manager),
                Meaning::External(name) => {
                    name.starts_with("django.db.models.") && name.ends_with("Manager()")
                }
                _ => false,
            },
        };
        is_manager.then(|| Value::shaped(Shape::Query(class)))
    }

    /// `Item.objects.name`.
    pub(super) fn query_attribute(&self, model: ClassRef, name: Symbol) -> Value {
        if let Some(objects) = self.code.known_symbol("objects")
            && let Some(Meaning::Instance(manager)) = self.code.attribute(Meaning::Class(model), objects, 12)
            && let Some(Meaning::Method(function, class)) =
                self.code.attribute(Meaning::Instance(manager), name, 12)
        {
            let receiver = Value::shaped(Shape::Instance(manager, Arc::default()));
            return Value::shaped(Shape::Method(function, Arc::new(receiver), class));
        }
        match self.code.text(name) {
            "model" => Value::shaped(Shape::Class(model)),
            text => {
                let model = self.code.dotted(&Meaning::Class(model));
                Value::external(format!("{model}.objects.{text}"))
            }
        }
    }

    /// What a method of a query set gives.
    pub(super) fn query_method(
        &mut self,
        model: ClassRef,
        method: &str,
        arguments: &Arguments,
        expr: ExprId,
    ) -> Option<Value> {
        let span = self.module.span(expr);
        Some(match method {
            "get" | "first" | "last" | "latest" | "earliest" | "aget" | "afirst" | "alast" => object(model),
            "create" | "acreate" => {
                self.store(model, arguments, span);
                object(model)
            }
            "get_or_create" | "update_or_create" | "aget_or_create" | "aupdate_or_create" => {
                self.store(model, arguments, span);
                let pair = vec![object(model), Value::harmless()];
                Value { open: Marks::ALL, shape: Shape::Tuple(Arc::new(pair)), ..Value::default() }
            }
            "update" | "aupdate" => {
                self.store(model, arguments, span);
                Value::harmless()
            }
            "filter" | "exclude" | "all" | "order_by" | "select_related" | "prefetch_related"
            | "distinct" | "using" | "annotate" | "alias" | "only" | "defer" | "reverse" | "none"
            | "select_for_update" | "union" | "intersection" | "difference" | "iterator" | "get_queryset"
            | "complex_filter" | "raw" | "extra" => Value::shaped(Shape::Query(model)),
            "count" | "exists" | "delete" | "contains" | "acount" | "aexists" | "adelete" => {
                Value::harmless()
            }
            _ => return None,
        })
    }

    /// What requests have put into the fields of a model, for whoever reads them.
    fn store(&mut self, model: ClassRef, arguments: &Arguments, span: Span) {
        for (how, value, _) in &arguments.list {
            match how {
                ArgumentHow::Keyword(name) => {
                    if self.code.text(*name) == "defaults"
                        && let Shape::Dict(items, _) = &value.shape
                    {
                        for field in self.text_fields(model) {
                            let number = super::taint::key(self.code.text(field));
                            if let Some((_, value)) = items.iter().find(|(mine, _)| *mine == number) {
                                let value = value.clone();
                                self.store_field(model, field, &value, span, 1);
                            }
                        }
                        continue;
                    }
                    let (name, value) = (*name, value.clone());
                    self.store_field(model, name, &value, span, 1);
                }
                ArgumentHow::SpreadKeywords if matches!(value.shape, Shape::Bag | Shape::Cleaned(_)) => {
                    let value = Value { shape: Shape::Unknown, ..value.clone() };
                    for field in self.text_fields(model) {
                        self.store_field(model, field, &value, span, 2);
                    }
                }
                _ => {}
            }
        }
    }

    /// Notes that data from outside is kept in a field of a model.
    pub(super) fn store_field(
        &mut self,
        model: ClassRef,
        field: Symbol,
        value: &Value,
        span: Span,
        doubt: u8,
    ) {
        if self.field_marks(model, field) == Some(Marks::ALL) {
            return;
        }
        let taints: Vec<Taint> = value
            .taints
            .iter()
            .filter(|taint| matches!(taint.origin.root, Root::Source(_)))
            .map(|taint| Taint {
                clean: taint.clean.with(self.env.fact(taint.origin, taint.form)),
                doubt: taint.doubt.saturating_add(doubt),
                trace: extend(&taint.trace, span, Note::Stored(field)),
                ..taint.clone()
            })
            .filter(|taint| !taint.clean.holds(Marks::ALL))
            .collect();
        if !taints.is_empty() {
            self.outcome.fields.push((model, field, Value { taints, ..Value::harmless() }));
        }
    }

    /// The fields of a model that hold text.
    pub(super) fn text_fields(&self, model: ClassRef) -> Vec<Symbol> {
        let Some(facts) = self.code.class_facts(model) else { return Vec::new() };
        let mut fields = Vec::new();
        for at in &facts.order {
            let module = self.code.module(at.module);
            let scope = module.scope(module.class(at.class).scope);
            let mut names: Vec<Symbol> = scope.bindings.keys().copied().collect();
            names.sort();
            for name in names {
                if fields.len() < MOST_FIELDS
                    && !fields.contains(&name)
                    && self.field_marks(model, name).is_some_and(|marks| marks != Marks::ALL)
                {
                    fields.push(name);
                }
            }
        }
        fields
    }

    /// The harms that the type of a model's field rules out; `None` for what is no field.
    fn field_marks(&self, model: ClassRef, field: Symbol) -> Option<Marks> {
        requests::declared_field(self.code, model, field).map(requests::field_type_marks)
    }

    /// A field of an object of a model, by its type; `None` for what is no field.
    pub(super) fn model_field(&mut self, model: ClassRef, name: Symbol) -> Option<Value> {
        if !requests::is_model(self.code, model) {
            return None;
        }
        let text = self.code.text(name);
        if matches!(text, "pk" | "id") || text.ends_with("_id") {
            return Some(Value::harmless());
        }
        let kind = requests::declared_field(self.code, model, name)?;
        if matches!(kind, "ForeignKey" | "OneToOneField") {
            return Some(match requests::related_model(self.code, model, name) {
                Some(related) => object(related),
                None => Value::unknown(),
            });
        }
        let marks = requests::field_type_marks(kind);
        if marks == Marks::ALL {
            return Some(Value::harmless());
        }
        let mut value = Value { open: Marks::ALL.without(marks), ..Value::default() };
        let owners = self.code.class_facts(model).map_or(&[][..], |facts| facts.order.as_slice());
        for owner in owners {
            if let Some(stored) = self.world.fields.get(&(*owner, name)) {
                value.absorb(stored);
            }
        }
        Some(value.cleaned(marks))
    }

    /// The model a class-based view is about: its `model`, or that of its `queryset`.
    pub(super) fn model_of_view(&mut self, class: ClassRef) -> Option<ClassRef> {
        let model = self.code.known_symbol("model");
        if let Some(model) = model
            && let Some(Meaning::Class(model)) = self.code.attribute(Meaning::Class(class), model, 12)
            && requests::is_model(self.code, model)
        {
            return Some(model);
        }
        let queryset = self.code.known_symbol("queryset")?;
        let facts = self.code.class_facts(class)?;
        facts.order.iter().find_map(|owner| match self.world.class_values.get(&(*owner, queryset))?.shape {
            Shape::Query(model) => Some(model),
            _ => None,
        })
    }

    /// What `form.save()` gives: an object whose fields hold what the form let through.
    pub(super) fn saved(&mut self, form: ClassRef, span: Span) -> Option<Value> {
        let model = requests::meta_model(self.code, form)?;
        let named = requests::meta_fields(self.code, form);
        let mut fields = Vec::new();
        for field in self.text_fields(model) {
            let text = self.code.text(field).to_owned();
            if named.as_ref().is_some_and(|named| !named.contains(&text)) {
                continue;
            }
            let value = self.cleaned(Some(form), Some(&text), span);
            if value.taints.is_empty() {
                continue;
            }
            self.store_field(model, field, &value, span, 2);
            fields.push((field, value));
        }
        Some(Value::shaped(Shape::Instance(model, Arc::new(fields))))
    }
}

/// Some object of a model.
pub(super) fn object(model: ClassRef) -> Value {
    Value::shaped(Shape::Instance(model, Arc::default()))
}
