//! `value.name`: fields, methods and properties of objects, members of modules, parts of the request.

use super::body::{Arguments, Body, SEGMENT};
use super::names::external;
use super::requests;
use super::taint::{Marks, Note, Place, Root, Shape, Step, Taint, Value, add_taint, extend};
use super::{FlowKind, SourceKind};
use crate::code::*;
use crate::routes::Tameness;
use barding_source::Span;
use std::sync::Arc;

impl<'w> Body<'w> {
    pub(super) fn attribute(&mut self, base: ExprId, name: Symbol, expr: ExprId) -> Value {
        if let ExprKind::Name(owner) = self.module.expr(base)
            && let Some(value) = self.env.get(Place(*owner, Some(name)))
        {
            return value.clone();
        }
        let value = self.eval(base);
        self.attribute_of(&value, name, Some(expr))
    }

    /// `value.name`.
    pub(super) fn attribute_of(&mut self, value: &Value, name: Symbol, expr: Option<ExprId>) -> Value {
        let text = self.code.text(name);
        let span = expr.map(|expr| self.module.span(expr));
        // What a model says about itself is written by the developers.
        if text == "_meta" {
            return Value { open: Marks::NONE, ..Value::external("django.db.models.options.Options()") };
        }
        if matches!(text, "__class__" | "__name__" | "__module__" | "__qualname__" | "__doc__") {
            return Value { open: Marks::NONE, ..Value::external("builtins.type()") };
        }
        match &value.shape {
            Shape::Request => return self.request_attribute(text, span),
            Shape::Instance(class, fields) => {
                let class = *class;
                if let Some((_, value)) = fields.iter().find(|(field, _)| *field == name) {
                    return value.clone();
                }
                match text {
                    "request" => return Value::shaped(Shape::Request),
                    "kwargs" | "args" if requests::is_view_class(self.code, class) => {
                        return self.view_arguments(class, span);
                    }
                    "cleaned_data" | "validated_data" => return Value::shaped(Shape::Cleaned(Some(class))),
                    "scope" if requests::is_consumer(self.code, class) => {
                        return self.bag(SourceKind::Socket, span);
                    }
                    "data" | "initial_data" if requests::inherits_from(self.code, class, "django.forms") => {
                        return self.bag(SourceKind::Form, span);
                    }
                    // Printed as a whole they are escaped; their messages repeat what was typed.
                    "errors" if requests::inherits_from(self.code, class, "django.forms") => {
                        let mut errors = self.source(SourceKind::Cleaned, span);
                        for taint in &mut errors.taints {
                            taint.doubt = 1;
                            taint.clean = Marks::of(FlowKind::Html);
                            taint.origin = taint.origin.into(Step::Attribute(name)).unwrap_or(taint.origin);
                        }
                        errors.shape = Shape::External("form.errors".into());
                        return errors;
                    }
                    "object" if requests::is_view_class(self.code, class) => {
                        if let Some(model) = self.model_of_view(class) {
                            return super::models::object(model);
                        }
                    }
                    "instance" => {
                        if let Some(saved) = span.and_then(|span| self.saved(class, span)) {
                            return saved;
                        }
                    }
                    _ => {}
                }
                if let Some(value) = self.model_field(class, name) {
                    return value;
                }
                return self.instance_attribute(value, class, name);
            }
            Shape::Query(model) => return self.query_attribute(*model, name),
            Shape::Class(class) => {
                let class = *class;
                if let Some(query) = self.manager(class, name) {
                    return query;
                }
                if let Some(value) = self.class_value(class, name) {
                    return value;
                }
                return match self.code.attribute(Meaning::Class(class), name, 20) {
                    Some(meaning) => self.of_meaning(meaning),
                    None => Value::unknown(),
                };
            }
            Shape::Super(class, receiver) => {
                return match self.code.attribute(Meaning::Super(*class), name, 20) {
                    Some(Meaning::Method(function, class)) => {
                        Value::shaped(Shape::Method(function, receiver.clone(), class))
                    }
                    Some(meaning) => self.of_meaning(meaning),
                    None => Value::unknown(),
                };
            }
            Shape::Module(module) => {
                let module = self.code.module(*module);
                let bindings = module.scope(ScopeId(0)).of(name);
                if !bindings.is_empty() && !matches!(bindings[0], Binding::Import(_)) {
                    return self.global(module, name, bindings);
                }
                return match self.code.attribute(Meaning::Module(module.id), name, 20) {
                    Some(meaning) => self.of_meaning(meaning),
                    None => Value::unknown(),
                };
            }
            Shape::External(base) => {
                let mut result = external(&format!("{base}.{text}"));
                if !value.taints.is_empty() {
                    let mut derived = value.derived(expr.map_or(1, |expr| expr.0 << 1), 0);
                    // The last part of a path leads nowhere else.
                    if base.contains("Path()") && matches!(text, "name" | "stem" | "suffix") {
                        derived = derived.cleaned(Marks::of(FlowKind::Path));
                    }
                    result.taints = derived.taints;
                }
                if value.open == Marks::NONE {
                    result.open = Marks::NONE;
                }
                return result;
            }
            Shape::Upload => {
                let upload = value.clone();
                return match text {
                    "name" => Value { shape: Shape::Unknown, ..upload }
                        .cleaned(Marks::of(FlowKind::Path).with(Marks::of(FlowKind::Redirect))),
                    "size" => Value::harmless(),
                    "file" => upload,
                    _ => Value { shape: Shape::Unknown, ..upload },
                };
            }
            _ => {}
        }
        match text {
            "cleaned_data" | "validated_data" => return Value::shaped(Shape::Cleaned(None)),
            "GET" | "POST" | "FILES" | "COOKIES" | "META" => return self.request_attribute(text, span),
            "request" => return Value::shaped(Shape::Request),
            _ => {}
        }
        // `info.context` of GraphQL is the request.
        let mut result = Value { open: value.open, ..Value::default() };
        for taint in &value.taints {
            let step = (taint.form == 0).then(|| taint.origin.into(Step::Attribute(name))).flatten();
            let mut taint = taint.clone();
            taint.clean = taint.clean.with(self.env.fact(taint.origin, taint.form)).without(Marks::RESOLVED);
            match step {
                Some(origin) => taint.origin = origin,
                None => taint.form = expr.map_or(name.0, |expr| expr.0) << 1 | 1,
            }
            add_taint(&mut result.taints, &taint);
        }
        result
    }

    pub(super) fn instance_attribute(&mut self, value: &Value, class: ClassRef, name: Symbol) -> Value {
        let meaning = self.code.attribute(Meaning::Instance(class), name, 20);
        if let Some(Meaning::Method(function, class)) = &meaning {
            let definition = self.code.function(*function);
            let module = self.code.module(function.module);
            let is_property = definition.decorators.iter().any(|decorator| {
                let last = module.source(*decorator).rsplit('.').next().unwrap_or_default();
                matches!(last, "property" | "cached_property" | "lazy_property" | "setter")
            });
            let method = Shape::Method(*function, Arc::new(value.clone()), *class);
            if is_property {
                let arguments = Arguments::default();
                return super::summaries::project(self, *function, Some(value), &arguments, None);
            }
            return Value::shaped(method);
        }
        let mut result = match (&meaning, self.class_value(class, name)) {
            (_, Some(known)) => known,
            (Some(meaning), None) => self.of_meaning(meaning.clone()),
            (None, None) => Value::unknown(),
        };
        // What a method of the class stored there.
        let mut is_field = false;
        if let Some(facts) = self.code.class_facts(class) {
            for owner in facts.order.iter().chain(facts.subclasses.iter().take(32)) {
                if let Some(stored) = self.world.fields.get(&(*owner, name)) {
                    result.absorb(stored);
                }
                let module = self.code.module(owner.module);
                is_field |= module.scope(module.class(owner.class).scope).instance.contains_key(&name);
            }
        }
        // A field of a parameter: the caller may know more.
        // `name: str` says what it is, not whose.
        let is_declared = matches!(&meaning, Some(Meaning::External(name)) if name.starts_with("builtins."));
        if is_declared {
            result.shape = Shape::Unknown;
        }
        if meaning.is_none() || is_field || is_declared {
            for taint in &value.taints {
                if let (Root::Parameter(_), Some(origin)) =
                    (taint.origin.root, taint.origin.into(Step::Attribute(name)))
                {
                    let taint = Taint { origin, ..taint.clone() };
                    add_taint(&mut result.taints, &taint);
                }
            }
            if value.taints.iter().any(|taint| matches!(taint.origin.root, Root::Parameter(_))) && is_field {
                result.open = Marks::NONE;
            }
        }
        result
    }

    pub(super) fn class_value(&self, class: ClassRef, name: Symbol) -> Option<Value> {
        let facts = self.code.class_facts(class)?;
        facts
            .order
            .iter()
            .find_map(|owner| self.world.class_values.get(&(*owner, name)))
            .filter(|value| !matches!(value.shape, Shape::Function(_) | Shape::Class(_)))
            .cloned()
    }

    pub(super) fn view_arguments(&mut self, class: ClassRef, span: Option<Span>) -> Value {
        let mut value = Value::shaped(Shape::Bag);
        value.open = Marks::NONE;
        let facts = self.code.class_facts(class);
        let known = facts
            .into_iter()
            .flat_map(|facts| facts.order.iter().chain(&facts.subclasses))
            .find_map(|owner| self.world.views.of_class(*owner));
        let (kind, doubt) = match known {
            Some(parts) if parts.values().any(|part| *part == Tameness::Rest) => (SourceKind::Rest, 0),
            Some(parts) if parts.values().all(|part| *part == Tameness::Harmless) => {
                return Value::harmless();
            }
            Some(_) => (SourceKind::Segment, 0),
            None => (SourceKind::Segment, 1),
        };
        let mut taint =
            self.strand(Root::Source(kind), span.and_then(|span| extend(&None, span, Note::Source(kind))));
        taint.doubt = doubt;
        if kind == SourceKind::Segment {
            taint.clean = SEGMENT;
        }
        value.taints.push(taint);
        value
    }

    pub(super) fn request_attribute(&mut self, name: &str, span: Option<Span>) -> Value {
        match name {
            "GET" | "query_params" => self.bag(SourceKind::Query, span),
            "POST" | "REQUEST" => self.bag(SourceKind::Form, span),
            "data" => self.bag(SourceKind::Api, span),
            "COOKIES" => self.bag(SourceKind::Cookie, span),
            "META" | "headers" => self.bag(SourceKind::Header, span),
            "FILES" => {
                let mut value = self.bag(SourceKind::Upload, span);
                value.shape = Shape::Dict(
                    Arc::default(),
                    Arc::new(Value { shape: Shape::Upload, ..self.source(SourceKind::Upload, span) }),
                );
                value
            }
            "body" | "raw_post_data" | "stream" => self.source(SourceKind::Body, span),
            "path" | "path_info" => self.source(SourceKind::Path, span),
            "content_type" | "encoding" | "accepted_types" | "content_params" => {
                let mut value = self.source(SourceKind::Header, span);
                // One harmless header, not all of them.
                for taint in &mut value.taints {
                    let step = Step::Key(super::taint::key(name));
                    taint.origin = taint.origin.into(step).unwrap_or(taint.origin);
                }
                value
            }
            "method" | "user" | "session" | "site" | "auth" | "scheme" | "csp_nonce" | "LANGUAGE_CODE" => {
                Value { open: Marks::NONE, ..external(&format!("request.{name}")) }
            }
            "resolver_match" => Value::unknown(),
            "_request" | "_current_scheme_host" => Value::shaped(Shape::Request),
            _ => Value::unknown(),
        }
    }
}
