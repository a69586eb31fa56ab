//! One function, walked once with what is known about its parameters: the heart of the matter.

use super::engine::{Handing, Summary, Way, World};
use super::guards::Facts;
use super::requests;
use super::taint::{
    Changes, Env, Mark, Marks, Note, Origin, Place, Root, Shape, Step, Taint, Trace, Value, extend, key,
};
use super::{Begin, FlowKind, Rendered, SourceKind, Variant};
use crate::code::*;
use crate::routes::Tameness;
use barding_source::Span;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// A sink that something reaches, before the project as a whole has its say.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) kind: FlowKind,
    pub(super) variant: Variant,
    pub(super) begin: Begin,
    pub(super) place: Span,
    pub(super) name: Arc<str>,
    pub(super) doubt: u8,
    pub(super) built: Option<Span>,
    pub(super) trace: Option<Arc<Trace>>,
    pub(super) way: Option<Arc<Way>>,
    /// The parameters that alone are not constant in it; empty when there is more, or when it does not matter.
    pub(super) parameters: Vec<u16>,
}

/// What looking at a function brought.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) summary: Summary,
    pub(super) candidates: Vec<Candidate>,
    pub(super) globals: Vec<(Place, Value)>,
    pub(super) class_values: Vec<(ClassRef, Symbol, Value)>,
    pub(super) fields: Vec<(ClassRef, Symbol, Value)>,
    pub(super) handed: Vec<Handing>,
    pub(super) rendered: Vec<(Span, Rendered)>,
}

/// Statements and expressions looked at in one function before we stop; the rest stays unknown.
const BUDGET: u32 = 400_000;
/// Sinks that one function tells its callers about.
pub(super) const MOST_SINKS: usize = 48;

/// Looks at one function.
pub(super) fn look_at(world: &World<'_>, function: FunctionRef) -> Outcome {
    let module = world.code.module(function.module);
    let mut body = Body {
        world,
        code: world.code,
        module,
        id: function,
        scope: module.function(function.function).scope,
        env: Env::new(),
        outcome: Outcome::default(),
        returned: false,
        ensured: None,
        when_true: None,
        loops: Vec::new(),
        budget: BUDGET,
        raised: Vec::new(),
        conditions: FxHashMap::default(),
        class: Vec::new(),
        inner: Vec::new(),
    };
    body.run();
    body.outcome
}

pub(super) struct Body<'w> {
    pub(super) world: &'w World<'w>,
    pub(super) code: &'w Code,
    pub(super) module: &'w Module,
    pub(super) id: FunctionRef,
    pub(super) scope: ScopeId,
    pub(super) env: Env,
    pub(super) outcome: Outcome,
    pub(super) returned: bool,
    pub(super) ensured: Option<FxHashMap<(Origin, u32), Marks>>,
    pub(super) when_true: Option<FxHashMap<(Origin, u32), Marks>>,
    pub(super) loops: Vec<Loop>,
    pub(super) budget: u32,
    /// The exceptions raised so far that the statements around have not caught, by class, with what their text holds.
    pub(super) raised: Vec<Raised>,
    /// What the truth of a variable says, for `safe = is_safe(url)` and `if safe:`.
    pub(super) conditions: FxHashMap<Symbol, (Facts, Facts)>,
    pub(super) class: Vec<ClassRef>,
    /// Functions defined here: what they do with our names is asked at the end.
    pub(super) inner: Vec<FunctionRef>,
}

/// An exception on its way: the last part of its class's name, and what its text holds.
#[derive(Clone, Debug)]
pub(super) struct Raised {
    pub(super) class: Arc<str>,
    pub(super) text: Value,
}

/// More exceptions of one function are not told apart.
const MOST_RAISED: usize = 8;

pub(super) struct Loop {
    pub(super) mark: Mark,
    pub(super) exits: Vec<Changes>,
}

/// A part of a text that is put together.
pub(super) enum Piece {
    Text(String),
    Value(Value),
}

/// The arguments of a call.
#[derive(Default)]
pub(super) struct Arguments {
    pub(super) list: Vec<(ArgumentHow, Value, ExprId)>,
    /// Whether the object before the dot is called like a cursor or a connection.
    pub(super) on_cursor: bool,
    /// Whether the object before the dot reads like a query of the ORM.
    pub(super) on_query: bool,
}

impl Arguments {
    pub(super) fn positional(&self, position: usize) -> Option<&(ArgumentHow, Value, ExprId)> {
        self.list
            .iter()
            .take_while(|(how, ..)| *how != ArgumentHow::Spread)
            .filter(|(how, ..)| *how == ArgumentHow::Position)
            .nth(position)
    }

    pub(super) fn keyword(&self, code: &Code, name: &str) -> Option<&(ArgumentHow, Value, ExprId)> {
        self.list
            .iter()
            .find(|(how, ..)| matches!(how, ArgumentHow::Keyword(keyword) if code.text(*keyword) == name))
    }
}

impl<'w> Body<'w> {
    fn run(&mut self) {
        let function = self.module.function(self.id.function);
        self.parameters(function);
        self.block(&function.body);
        if self.env.live {
            self.note_return(None);
        }
        if self.id.function == FunctionId::BODY {
            let names: Vec<Symbol> = self.module.scope(ScopeId(0)).bindings.keys().copied().collect();
            for name in names {
                if let Some(value) = self.env.get(Place(name, None)) {
                    let mut value = value.clone();
                    value.taints.clear();
                    self.outcome.globals.push((Place(name, None), value));
                }
            }
            self.outcome.globals.sort_by_key(|(place, _)| place.0);
        }
        for inner in std::mem::take(&mut self.inner) {
            self.ask_inner(inner);
        }
        let is_parameter = |origin: &Origin| matches!(origin.root, Root::Parameter(_));
        let proved = |facts: Option<FxHashMap<(Origin, u32), Marks>>| -> Vec<(Origin, Marks)> {
            let mut list: Vec<(Origin, Marks)> = facts
                .unwrap_or_default()
                .into_iter()
                .filter(|((origin, form), marks)| *form == 0 && is_parameter(origin) && *marks != Marks::NONE)
                .map(|((origin, _), marks)| (origin, marks))
                .collect();
            list.sort_by_key(|(origin, marks)| (format!("{origin:?}"), marks.0));
            list
        };
        self.outcome.summary.raises = std::mem::take(&mut self.raised);
        self.outcome.summary.ensures = proved(self.ensured.take());
        self.outcome.summary.when_true = proved(self.when_true.take());
    }

    fn parameters(&mut self, function: &'w Function) {
        let code = self.code;
        let is_static = function.decorators.iter().any(
            |decorator| matches!(self.module.expr(*decorator), ExprKind::Name(name) if code.text(*name) == "staticmethod"),
        );
        let class = function.class.map(|class| ClassRef { module: self.id.module, class });
        let offset = usize::from(class.is_some() && !is_static);
        let name = code.text(function.name);
        let has_request = function.parameters.iter().any(|parameter| {
            requests::is_request_parameter(code, self.module, parameter.name, parameter.annotation)
        });
        let first_is_request = function.parameters.get(offset).is_some_and(|parameter| {
            requests::is_request_parameter(code, self.module, parameter.name, parameter.annotation)
        });
        let known = self.world.views.of_function(self.id);
        let known_class = class.and_then(|class| self.world.views.of_class(class));
        let is_view_method = class.is_some_and(|class| {
            requests::is_view_method(name) && first_is_request && requests::is_view_class(code, class)
        }) || (first_is_request
            && function
                .decorators
                .iter()
                .any(|decorator| self.module.source(*decorator).contains("action(")));
        let is_decorated_view = function
            .decorators
            .iter()
            .any(|decorator| self.module.source(*decorator).starts_with("api_view"));
        let is_operation = requests::is_api_operation(code, self.id);
        let is_resolver = requests::is_resolver(code, self.id);
        let is_consumer = class.is_some_and(|class| requests::is_consumer(code, class));
        for (index, parameter) in function.parameters.iter().enumerate() {
            let text = code.text(parameter.name);
            let span = Span::new(self.module.file.id, parameter.start, parameter.end);
            let place = Place(parameter.name, None);
            if offset == 1
                && index == 0
                && let Some(class) = class
            {
                let mut value = Value::shaped(Shape::Instance(class, Arc::default()));
                value.open = Marks::NONE;
                value.taints.push(self.strand(Root::Parameter(0), None));
                self.env.set(place, value);
                continue;
            }
            if requests::is_request_parameter(code, self.module, parameter.name, parameter.annotation) {
                self.env.set(place, Value::shaped(Shape::Request));
                continue;
            }
            let trace = extend(&None, span, Note::Parameter(parameter.name));
            let mut value = Value::harmless();
            value.taints.push(self.strand(Root::Parameter(index as u16), trace));
            let mut source = None;
            if (known.is_some() && has_request) || (known_class.is_some() && is_view_method) {
                let parts = known.or(known_class);
                let part = parts.and_then(|parts| {
                    parts.get(text).or_else(|| parts.get(&(index.saturating_sub(offset + 1)).to_string()))
                });
                source = match part {
                    Some(Tameness::Rest) => Some((SourceKind::Rest, 0)),
                    Some(Tameness::Segment) => Some((SourceKind::Segment, 0)),
                    Some(Tameness::Harmless) | None => None,
                };
            } else if (is_view_method || is_decorated_view) && index > offset {
                if !requests::named_like_a_number(text) && parameter.default.is_none() {
                    source = Some((SourceKind::Segment, 1));
                }
            } else if !requests::harmless_annotation(self.module, parameter.annotation)
                && (is_operation && index >= offset || is_resolver && index > offset && text != "info")
            {
                if !class.is_some_and(|class| requests::is_number_argument(code, class, text)) {
                    source = Some((SourceKind::Argument, 0));
                }
                if let Some((schema, fields)) = self.schema(parameter.annotation, span) {
                    value.shape = Shape::Instance(schema, Arc::new(fields));
                }
            } else if is_consumer
                && matches!(name, "receive" | "receive_json" | "websocket_receive")
                && index >= offset
            {
                source = Some((SourceKind::Socket, 0));
            } else if known.is_none()
                && class.is_none()
                && index > offset
                && first_is_request
                && parameter.default.is_none()
                && requests::is_plain(parameter.how)
                && self.module.name.contains("views")
            {
                // No URL pattern that we can read names this view.
                source = match text {
                    "path" | "file_path" | "filepath" | "document_path" => Some((SourceKind::Rest, 2)),
                    _ if requests::named_like_a_number(text) => None,
                    _ => Some((SourceKind::Segment, 2)),
                };
            } else if text == "validated_data" && class.is_some() {
                value.shape = Shape::Cleaned(class);
            } else if let Some(class) = class
                && index == offset
            {
                self.validated_parameter(class, name, &mut value, span);
            }
            match parameter.how {
                ParameterHow::Rest => {
                    let item = value.clone();
                    value.shape = Shape::List(Arc::new(item));
                }
                ParameterHow::RestKeywords if is_view_method && known_class.is_some() => {
                    value.shape = Shape::Bag;
                }
                _ => {}
            }
            if let Some((kind, doubt)) = source {
                let mut taint = self.strand(Root::Source(kind), extend(&None, span, Note::Source(kind)));
                taint.origin = taint.origin.into(Step::Key(key(text))).unwrap_or(taint.origin);
                taint.doubt = doubt;
                if kind == SourceKind::Segment {
                    taint.clean = SEGMENT;
                }
                value.taints.push(taint);
            }
            self.env.set(place, value);
        }
    }

    /// The fields of a schema that an API operation takes, by their annotations.
    fn schema(&mut self, annotation: Option<ExprId>, span: Span) -> Option<(ClassRef, Vec<(Symbol, Value)>)> {
        let outer = self.module.scope(self.scope).parent.unwrap_or(ScopeId(0));
        let Meaning::Class(class) = self.code.meaning(self.module.id, outer, annotation?)? else {
            return None;
        };
        let module = self.code.module(class.module);
        let mut fields = Vec::new();
        for statement in module.class(class.class).body.iter().take(64) {
            let StmtKind::Annotated { target, annotation, .. } = &statement.kind else { continue };
            let ExprKind::Name(name) = module.expr(*target) else { continue };
            let value = if requests::harmless_annotation(module, Some(*annotation)) {
                Value::harmless()
            } else {
                self.source(SourceKind::Argument, Some(span))
            };
            fields.push((*name, value));
        }
        Some((class, fields))
    }

    /// The first parameter of methods that Django and the REST framework call with what is being validated, or with the
    /// form that was.
    fn validated_parameter(&mut self, class: ClassRef, name: &str, value: &mut Value, span: Span) {
        let code = self.code;
        let is_form = requests::inherits_from(code, class, "django.forms");
        let is_serializer = requests::inherits_from(code, class, "rest_framework.");
        match name {
            "form_valid" | "form_invalid" | "perform_create" | "perform_update" => {
                if let Some(form) = requests::form_of_view(code, class) {
                    value.shape = Shape::Instance(form, Arc::default());
                }
            }
            "validate" if is_serializer && !requests::is_view_class(code, class) => {
                value.shape = Shape::Cleaned(Some(class));
            }
            "to_internal_value" | "to_python" if is_form || is_serializer => {
                let mut cleaned = self.source(SourceKind::Cleaned, Some(span));
                cleaned.taints.iter_mut().for_each(|taint| taint.doubt = 1);
                value.absorb(&cleaned);
            }
            _ => {
                if let Some(field) = name.strip_prefix("validate_")
                    && is_serializer
                {
                    value.absorb(&self.cleaned(Some(class), Some(field), span));
                }
            }
        }
    }

    pub(super) fn strand(&self, root: Root, trace: Option<Arc<Trace>>) -> Taint {
        Taint { origin: Origin::new(root), form: 0, clean: Marks::NONE, doubt: 0, trace }
    }

    /// What a function defined here does with our names, as far as it has not been called.
    pub(super) fn ask_inner(&mut self, inner: FunctionRef) {
        let Some(summary) = self.world.summaries.get(&inner).cloned() else { return };
        for sink in &summary.sinks {
            if let Root::Free(name) = sink.origin.root {
                let value = self.name(name);
                let value = self.follow(&value, &sink.origin);
                self.reach(&value, sink, None);
            }
        }
    }

    /// An exception whose text holds a value leaves this place.
    pub(super) fn raise(&mut self, class: Arc<str>, text: Value) {
        if !text.taints.is_empty() && self.raised.len() < MOST_RAISED {
            self.raised.push(Raised { class, text });
        }
    }

    pub(super) fn note_inner(&mut self, function: FunctionRef) {
        self.inner.retain(|inner| *inner != function);
    }
}

/// What a part of the address without slashes cannot do.
pub(super) const SEGMENT: Marks = Marks::of(FlowKind::Path)
    .with(Marks::of(FlowKind::Redirect))
    .with(Marks::of(FlowKind::Url))
    .with(Marks::of(FlowKind::Header))
    .with(Marks::of(FlowKind::Mail))
    .with(Marks::of(FlowKind::Log));
