//! One function, walked once with what is known about its parameters: the heart of the matter.

use super::engine::{self, ParameterSink, Summary, Way, World};
use super::guards::Facts;
use super::library::{Sink, When};
use super::requests::{self, Part};
use super::taint::{
    Changes, Env, Mark, Marks, Note, Origin, Place, Root, Shape, Step, Taint, Trace, Value, add_taint,
    extend, join_entry, key, put_entry,
};
use super::{Begin, FlowKind, SourceKind, Variant};
use crate::code::*;
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
}

/// What looking at a function brought.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) summary: Summary,
    pub(super) candidates: Vec<Candidate>,
    pub(super) globals: Vec<(Place, Value)>,
    pub(super) class_values: Vec<(ClassRef, Symbol, Value)>,
    pub(super) fields: Vec<(ClassRef, Symbol, Value)>,
}

/// Statements and expressions looked at in one function before we stop; the rest stays unknown.
const BUDGET: u32 = 400_000;
/// Sinks that one function tells its callers about.
const MOST_SINKS: usize = 48;

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
    outcome: Outcome,
    returned: bool,
    ensured: Option<FxHashMap<(Origin, u32), Marks>>,
    when_true: Option<FxHashMap<(Origin, u32), Marks>>,
    loops: Vec<Loop>,
    budget: u32,
    /// What the truth of a variable says, for `safe = is_safe(url)` and `if safe:`.
    pub(super) conditions: FxHashMap<Symbol, (Facts, Facts)>,
    class: Vec<ClassRef>,
    /// Functions defined here: what they do with our names is asked at the end.
    inner: Vec<FunctionRef>,
}

struct Loop {
    mark: Mark,
    exits: Vec<Changes>,
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
                    Some(Part::Rest) => Some((SourceKind::Rest, 0)),
                    Some(Part::Segment) => Some((SourceKind::Segment, 0)),
                    Some(Part::Harmless) | None => None,
                };
            } else if (is_view_method || is_decorated_view) && index > offset {
                if !requests::named_like_a_number(text) && parameter.default.is_none() {
                    source = Some((SourceKind::Segment, 1));
                }
            } else if !requests::harmless_annotation(self.module, parameter.annotation)
                && (is_operation && index >= offset || is_resolver && index > offset && text != "info")
            {
                source = Some((SourceKind::Argument, 0));
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

    fn strand(&self, root: Root, trace: Option<Arc<Trace>>) -> Taint {
        Taint { origin: Origin::new(root), form: 0, clean: Marks::NONE, doubt: 0, trace }
    }

    /// What a function defined here does with our names, as far as it has not been called.
    fn ask_inner(&mut self, inner: FunctionRef) {
        let Some(summary) = self.world.summaries.get(&inner).cloned() else { return };
        for sink in &summary.sinks {
            if let Root::Free(name) = sink.origin.root {
                let value = self.name(name);
                let value = self.follow(&value, &sink.origin);
                self.reach(&value, sink, None);
            }
        }
    }

    // ── statements ──────────────────────────────────────────────────────────

    fn block(&mut self, block: &'w [Stmt]) {
        for statement in block {
            if !self.env.live || self.budget == 0 {
                return;
            }
            self.budget -= 1;
            self.statement(statement);
        }
    }

    fn statement(&mut self, statement: &'w Stmt) {
        match &statement.kind {
            StmtKind::Expr(value) => {
                self.eval(*value);
            }
            StmtKind::Assign { targets, value } => {
                let result = self.eval(*value);
                if let [target] = &targets[..] {
                    self.note_condition(*target, *value);
                }
                for target in targets {
                    self.assign(*target, result.clone());
                }
            }
            StmtKind::Annotated { target, value, .. } => {
                if let Some(value) = value {
                    let result = self.eval(*value);
                    self.assign(*target, result);
                }
            }
            StmtKind::Augmented { target, op, value } => {
                let right = self.eval(*value);
                let left = self.eval(*target);
                let span = Span::new(self.module.file.id, statement.start, statement.end);
                let result = match op {
                    BinaryOp::Add => self.add(vec![left, right], span, target.0),
                    BinaryOp::Percent => self.percent(left, right, span, target.0),
                    BinaryOp::Or => {
                        let mut joined = left;
                        joined.absorb(&right);
                        joined
                    }
                    _ => Value::harmless(),
                };
                self.assign(*target, result);
            }
            StmtKind::Return(value) => {
                let result = value.map(|value| (value, self.eval(value)));
                self.note_return(result);
                self.env.live = false;
            }
            StmtKind::Raise(value) => {
                if let Some(value) = value {
                    self.eval(*value);
                }
                self.env.live = false;
            }
            StmtKind::If(branches) => self.branches(branches),
            StmtKind::While { test, body, otherwise } => {
                self.repeat(|this| {
                    this.eval(*test);
                    this.assume(*test, true);
                    this.block(body);
                });
                let is_endless = matches!(self.module.expr(*test), ExprKind::Bool(true) | ExprKind::Int(1));
                if !is_endless && !has_break(body) {
                    self.assume(*test, false);
                }
                self.block(otherwise);
            }
            StmtKind::For { target, iterable, body, otherwise } => {
                let iterable_value = self.eval(*iterable);
                self.repeat(|this| {
                    let item = this.element(&iterable_value, iterable.0);
                    this.assign(*target, item);
                    this.block(body);
                });
                self.block(otherwise);
            }
            StmtKind::With { items, body } => {
                for (manager, bound) in items {
                    let value = self.eval(*manager);
                    if let Some(bound) = bound {
                        self.assign(*bound, value);
                    }
                }
                self.block(body);
            }
            StmtKind::Try { body, handlers, otherwise, finally } => {
                self.attempt(body, handlers, otherwise);
                if self.env.live {
                    self.block(finally);
                } else {
                    self.env.live = true;
                    self.block(finally);
                    self.env.live = false;
                }
            }
            StmtKind::Match { subject, cases } => self.match_(*subject, cases),
            StmtKind::Assert(test) => {
                self.eval(*test);
                self.assume(*test, true);
            }
            StmtKind::Delete(targets) => {
                for target in targets {
                    if let ExprKind::Name(name) = self.module.expr(*target) {
                        self.env.unset(Place(*name, None));
                    }
                }
            }
            StmtKind::Function(function) => {
                let definition = self.module.function(*function);
                for parameter in &definition.parameters {
                    if let Some(default) = parameter.default {
                        self.eval(default);
                    }
                }
                for decorator in &definition.decorators {
                    self.eval(*decorator);
                }
                let reference = FunctionRef { module: self.id.module, function: *function };
                if self.class.is_empty() {
                    self.env.unset(Place(definition.name, None));
                    self.env.set(Place(definition.name, None), Value::shaped(Shape::Function(reference)));
                }
                if definition.outer == Some(self.id.function) {
                    self.inner.push(reference);
                }
            }
            StmtKind::Class(class) => self.class_body(*class),
            StmtKind::Import(imports) => {
                for import in imports {
                    if let Some(name) = import.name {
                        self.env.unset(Place(name, None));
                    }
                }
            }
            StmtKind::Break | StmtKind::Continue => {
                if let Some(last) = self.loops.len().checked_sub(1) {
                    let changes = self.env.changes(self.loops[last].mark);
                    if self.loops[last].exits.len() < 64 {
                        self.loops[last].exits.push(changes);
                    }
                }
                self.env.live = false;
            }
            StmtKind::Global(_) | StmtKind::Pass => {}
        }
    }

    fn class_body(&mut self, class: ClassId) {
        let definition = self.module.class(class);
        let reference = ClassRef { module: self.id.module, class };
        self.class.push(reference);
        let mark = self.env.mark();
        let outer = std::mem::replace(&mut self.scope, definition.scope);
        self.block(&definition.body);
        self.scope = outer;
        let names: Vec<Symbol> = self.module.scope(definition.scope).bindings.keys().copied().collect();
        let mut values = Vec::new();
        for name in names {
            if let Some(value) = self.env.get(Place(name, None)) {
                values.push((reference, name, value.clone()));
            }
        }
        values.sort_by_key(|(_, name, _)| *name);
        self.env.take_back(mark);
        self.env.live = true;
        self.class.pop();
        self.outcome.class_values.extend(values);
        if self.class.is_empty() {
            self.env.set(Place(definition.name, None), Value::shaped(Shape::Class(reference)));
        }
    }

    fn branches(&mut self, branches: &'w [(Option<ExprId>, Block)]) {
        let mut outcomes: Vec<Changes> = Vec::new();
        let start = self.env.mark();
        let mut has_else = false;
        for (test, body) in branches {
            if let Some(test) = test {
                self.eval(*test);
                let mark = self.env.mark();
                self.assume(*test, true);
                self.block(body);
                if self.env.live {
                    let changes = self.env.changes(start);
                    outcomes.push(changes);
                }
                self.env.take_back(mark);
                self.env.live = true;
                self.assume(*test, false);
            } else {
                has_else = true;
                self.block(body);
                if self.env.live {
                    outcomes.push(self.env.changes(start));
                }
            }
        }
        if !has_else && self.env.live {
            outcomes.push(self.env.changes(start));
        }
        self.env.take_back(start);
        self.env.live = !outcomes.is_empty();
        self.env.merge(&outcomes);
    }

    fn repeat(&mut self, mut body: impl FnMut(&mut Self)) {
        for _ in 0..2 {
            let mark = self.env.mark();
            self.loops.push(Loop { mark, exits: Vec::new() });
            body(self);
            let mut ends = self.loops.pop().map_or_else(Vec::new, |one| one.exits);
            if self.env.live {
                ends.push(self.env.changes(mark));
            }
            self.env.take_back(mark);
            self.env.live = true;
            let nothing = ends.is_empty();
            // The loop may run no time at all.
            ends.push(Changes::default());
            self.env.merge(&ends);
            if nothing {
                break;
            }
        }
    }

    fn attempt(&mut self, body: &'w [Stmt], handlers: &'w [Handler], otherwise: &'w [Stmt]) {
        let start = self.env.mark();
        self.block(body);
        let went_well = self.env.live;
        let in_the_middle = self.env.changes(start);
        if went_well {
            self.block(otherwise);
        }
        let mut ends = Vec::new();
        if self.env.live {
            ends.push(self.env.changes(start));
        }
        self.env.take_back(start);
        for handler in handlers {
            self.env.live = true;
            // It may have failed before or after any change.
            self.env.merge(&[Changes::default(), in_the_middle.clone()]);
            if let Some(name) = handler.name {
                self.env.set(Place(name, None), Value::unknown());
            }
            self.block(&handler.body);
            if self.env.live {
                ends.push(self.env.changes(start));
            }
            self.env.take_back(start);
        }
        self.env.live = !ends.is_empty();
        self.env.merge(&ends);
    }

    fn match_(&mut self, subject: ExprId, cases: &'w [Case]) {
        let value = self.eval(subject);
        let start = self.env.mark();
        let mut outcomes = Vec::new();
        let mut has_rest = false;
        for case in cases {
            let mark = self.env.mark();
            for name in &case.binds {
                self.env.set(Place(*name, None), value.derived(subject.0 << 1, 0));
            }
            if case.constants.is_some() {
                for taint in &value.taints {
                    self.env.prove(taint.origin, taint.form, Marks::ALL);
                }
            } else if case.guard.is_none() && case.binds.len() <= 1 {
                has_rest = true;
            }
            if let Some(guard) = case.guard {
                self.eval(guard);
                self.assume(guard, true);
            }
            self.block(&case.body);
            if self.env.live {
                outcomes.push(self.env.changes(start));
            }
            self.env.take_back(mark);
            self.env.live = true;
        }
        if !has_rest {
            outcomes.push(Changes::default());
        }
        self.env.live = !outcomes.is_empty();
        self.env.merge(&outcomes);
    }

    fn note_return(&mut self, result: Option<(ExprId, Value)>) {
        let facts: FxHashMap<(Origin, u32), Marks> =
            self.env.facts().map(|(key, marks)| (*key, *marks)).collect();
        meet(&mut self.ensured, &facts);
        let is_false = match &result {
            None => true,
            Some((expr, _)) => matches!(self.module.expr(*expr), ExprKind::Bool(false) | ExprKind::None),
        };
        if !is_false && let Some((expr, _)) = &result {
            let mut when_true = facts;
            for (origin, form, marks) in self.facts_of(*expr, true) {
                let entry = when_true.entry((origin, form)).or_default();
                *entry = entry.with(marks);
            }
            meet(&mut self.when_true, &when_true);
        }
        if let Some((_, mut value)) = result {
            for taint in &mut value.taints {
                taint.clean = taint.clean.with(self.env.fact(taint.origin, taint.form));
            }
            // What stays of `self` and of parameters that are handed back as they are matters to the caller.
            if self.returned {
                self.outcome.summary.returns.join(&value);
            } else {
                self.outcome.summary.returns = value;
            }
            self.returned = true;
        }
    }

    fn note_condition(&mut self, target: ExprId, value: ExprId) {
        if let ExprKind::Name(name) = self.module.expr(target) {
            if matches!(
                self.module.expr(value),
                ExprKind::Call(_)
                    | ExprKind::Compare(..)
                    | ExprKind::And(_)
                    | ExprKind::Or(_)
                    | ExprKind::Not(_)
            ) {
                let facts = (self.facts_of(value, true), self.facts_of(value, false));
                if !facts.0.is_empty() || !facts.1.is_empty() {
                    self.conditions.insert(*name, facts);
                    return;
                }
            }
            self.conditions.remove(name);
        }
    }

    // ── assignment ──────────────────────────────────────────────────────────

    fn assign(&mut self, target: ExprId, value: Value) {
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
                if let ExprKind::Name(name) = self.module.expr(base) {
                    let mut owner = owner;
                    let text = index_value.constant_text().map(key);
                    if !index_value.taints.is_empty() {
                        let mut keys = index_value.derived(target.0 << 1, 0);
                        keys.open = Marks::NONE;
                        owner.absorb(&keys);
                    }
                    match (&mut owner.shape, text) {
                        (Shape::Dict(items, _), Some(text)) => {
                            put_entry(Arc::make_mut(items), text, value);
                        }
                        (Shape::Dict(_, rest), None) => Arc::make_mut(rest).absorb(&value),
                        (Shape::List(item), _) => Arc::make_mut(item).absorb(&value),
                        (Shape::Unknown, _) => {
                            let mut value = value.derived(target.0 << 1, 0);
                            value.open = Marks::NONE;
                            owner.absorb(&value);
                        }
                        _ => {}
                    }
                    self.env.set(Place(*name, None), owner);
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

    fn assign_field(&mut self, base: ExprId, attribute: Symbol, value: Value, target: ExprId) {
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
        {
            self.sink_value(&value, FlowKind::Html, Variant::Response, span, "response.content", 0);
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
            let mut fields = fields.clone();
            put_entry(Arc::make_mut(&mut fields), attribute, value);
            self.env.set(Place(owner, None), Value { shape: Shape::Instance(class, fields), ..holder });
        }
    }

    fn is_self(&self, name: Symbol) -> bool {
        let function = self.module.function(self.id.function);
        function.class.is_some() && function.parameters.first().is_some_and(|first| first.name == name)
    }

    /// `response["Location"] = value`.
    fn response_header(&mut self, owner: &Value, index: &Value, value: &Value, target: ExprId) {
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
                    0,
                );
            }
            _ => self.sink_value(
                value,
                FlowKind::Header,
                Variant::Plain,
                span,
                &format!("the {header} header"),
                0,
            ),
        }
    }

    fn traced(&self, mut value: Value, span: Span, note: Note) -> Value {
        for taint in &mut value.taints {
            taint.trace = extend(&taint.trace, span, note.clone());
        }
        value
    }

    // ── expressions ─────────────────────────────────────────────────────────

    pub(super) fn eval(&mut self, expr: ExprId) -> Value {
        if self.budget == 0 {
            return Value::unknown();
        }
        self.budget -= 1;
        let span = self.module.span(expr);
        match self.module.expr(expr) {
            ExprKind::Name(name) => self.name(*name),
            ExprKind::Attribute(base, name) => self.attribute(*base, *name, expr),
            ExprKind::Subscript(base, index) => {
                let value = self.eval(*base);
                let index_value = self.eval(*index);
                self.item(&value, &index_value, *index, expr)
            }
            ExprKind::Slice(parts) => {
                for part in parts {
                    self.eval(*part);
                }
                Value::harmless()
            }
            ExprKind::Call(call) => super::calls::call(self, expr, call),
            ExprKind::Text(text) => Value::text(text),
            ExprKind::Bytes(bytes) => Value::text(&String::from_utf8_lossy(bytes)),
            ExprKind::Int(_) | ExprKind::Number | ExprKind::Bool(_) | ExprKind::None | ExprKind::Ellipsis => {
                Value::harmless()
            }
            ExprKind::Format(parts) => {
                let mut pieces = Vec::with_capacity(parts.len());
                for part in parts {
                    match part {
                        FormatPart::Text(text) => pieces.push(Piece::Text(text.to_string())),
                        FormatPart::Value { value, specification } => {
                            let value = self.eval(*value);
                            let is_number = specification.as_ref().is_some_and(|specification| {
                                specification.ends_with(['d', 'f', 'x', 'X', 'e', 'g', 'b', 'o', 'n', '%'])
                            });
                            pieces.push(Piece::Value(if is_number { Value::harmless() } else { value }));
                        }
                    }
                }
                self.build(pieces, span, expr.0)
            }
            ExprKind::Binary(op, left, right) => self.binary(*op, *left, *right, expr),
            ExprKind::And(values) => {
                let mark = self.env.mark();
                let mut result: Option<Value> = None;
                for value in values {
                    result = Some(self.eval(*value));
                    self.assume(*value, true);
                }
                self.env.take_back(mark);
                result.unwrap_or_default()
            }
            ExprKind::Or(values) => {
                let mark = self.env.mark();
                let mut result: Option<Value> = None;
                for value in values {
                    let next = self.eval(*value);
                    match &mut result {
                        Some(result) => {
                            if !matches!(self.module.expr(*value), ExprKind::Text(_) | ExprKind::None) {
                                result.join(&next);
                            }
                        }
                        None => result = Some(next),
                    }
                    self.assume(*value, false);
                }
                self.env.take_back(mark);
                result.unwrap_or_default()
            }
            ExprKind::Not(value) | ExprKind::Unary(value) => {
                self.eval(*value);
                Value::harmless()
            }
            ExprKind::Compare(left, rest) => {
                self.eval(*left);
                for (_, right) in rest {
                    self.eval(*right);
                }
                Value::harmless()
            }
            ExprKind::Tuple(items) => {
                let items: Vec<Value> = items.iter().take(64).map(|item| self.eval(*item)).collect();
                let mut value = Value::harmless();
                for item in &items {
                    value.absorb(item);
                }
                value.built = None;
                value.shape = Shape::Tuple(Arc::new(items));
                value
            }
            ExprKind::List(items) | ExprKind::Set(items) => {
                let mut all = Value::harmless();
                let many = items.len() > 256;
                for (at, item) in items.iter().enumerate() {
                    let item = self.eval(*item);
                    if at == 0 {
                        all = item
                    } else {
                        all.join(&item)
                    }
                    if many && at > 4096 {
                        break;
                    }
                }
                let (taints, open) = (all.taints.clone(), all.open);
                Value { taints, open, shape: Shape::List(Arc::new(all)), ..Value::default() }
            }
            ExprKind::Dict(items) => self.dict(items, expr),
            ExprKind::Lambda(function) => {
                let reference = FunctionRef { module: self.id.module, function: *function };
                self.ask_inner(reference);
                Value::shaped(Shape::Function(reference))
            }
            ExprKind::Conditional { test, body, otherwise } => {
                self.eval(*test);
                let mark = self.env.mark();
                self.assume(*test, true);
                let first = self.eval(*body);
                let first = self.settled(first);
                self.env.take_back(mark);
                self.assume(*test, false);
                let second = self.eval(*otherwise);
                let second = self.settled(second);
                self.env.take_back(mark);
                let mut joined = first;
                joined.join(&second);
                joined
            }
            ExprKind::Comprehension(comprehension) => self.comprehension(comprehension, expr),
            ExprKind::Await(value) => self.eval(*value),
            ExprKind::Yield(value) => {
                if let Some(value) = value {
                    let result = self.eval(*value);
                    let item = Value {
                        taints: result.taints.clone(),
                        open: result.open,
                        built: result.built,
                        text: result.text.clone(),
                        shape: result.shape,
                    };
                    if self.returned {
                        self.outcome.summary.returns.join(&item);
                    } else {
                        self.outcome.summary.returns = item;
                        self.returned = true;
                    }
                }
                Value::unknown()
            }
            ExprKind::YieldFrom(value) => {
                let result = self.eval(*value);
                let item = self.element(&result, expr.0);
                self.outcome.summary.returns.join(&item);
                self.returned = true;
                result
            }
            ExprKind::Starred(value) => self.eval(*value),
            ExprKind::Named(target, value) => {
                let result = self.eval(*value);
                self.note_condition(*target, *value);
                self.assign(*target, result.clone());
                result
            }
            ExprKind::Unreadable => Value::unknown(),
        }
    }

    /// A value with what guards proved about it written into it, for when the guard's branch ends.
    pub(super) fn settled(&self, mut value: Value) -> Value {
        for taint in &mut value.taints {
            taint.clean = taint.clean.with(self.env.fact(taint.origin, taint.form));
        }
        value
    }

    fn dict(&mut self, items: &'w [(Option<ExprId>, ExprId)], expr: ExprId) -> Value {
        let mut known: Vec<(u32, Value)> = Vec::new();
        let mut rest = Value::harmless();
        let mut all = Value::harmless();
        for (at, (name, value)) in items.iter().enumerate() {
            if at > 4096 {
                break;
            }
            let name_value = name.map(|name| self.eval(name));
            let value = self.eval(*value);
            all.absorb(&value);
            match name_value {
                Some(name) => match name.constant_text() {
                    Some(text) if known.len() < 64 => known.push((key(text), value)),
                    _ => {
                        let mut name = name.derived(expr.0 << 1, 0);
                        name.shape = Shape::Unknown;
                        all.absorb(&name);
                        rest.absorb(&value);
                    }
                },
                None => match &value.shape {
                    Shape::Dict(items, more) => {
                        known.extend(items.iter().take(64).cloned());
                        rest.absorb(more);
                    }
                    _ => rest.absorb(&value),
                },
            }
        }
        all.built = None;
        Value { shape: Shape::Dict(Arc::new(known), Arc::new(rest)), text: None, ..all }
    }

    fn comprehension(&mut self, comprehension: &'w ComprehensionSyntax, expr: ExprId) -> Value {
        let mark = self.env.mark();
        for generator in &comprehension.generators {
            let iterable = self.eval(generator.iterable);
            let item = self.element(&iterable, generator.iterable.0);
            self.assign(generator.target, item);
            for condition in &generator.conditions {
                self.eval(*condition);
                self.assume(*condition, true);
            }
        }
        let key_value = comprehension.key.map(|key| self.eval(key));
        let element = self.eval(comprehension.element);
        let element = self.settled(element);
        let key_value = key_value.map(|value| self.settled(value));
        self.env.take_back(mark);
        let (taints, open) = (element.taints.clone(), element.open);
        let mut result = Value { taints, open, ..Value::default() };
        match comprehension.kind {
            ComprehensionKind::Dict => {
                if let Some(key_value) = key_value {
                    result.absorb(&key_value.derived(expr.0 << 1, 0));
                }
                result.shape = Shape::Dict(Arc::default(), Arc::new(element));
            }
            _ => result.shape = Shape::List(Arc::new(element)),
        }
        result
    }

    /// What a name holds.
    pub(super) fn name(&mut self, name: Symbol) -> Value {
        if let Some(value) = self.env.get(Place(name, None)) {
            return value.clone();
        }
        let mut at = Some(self.scope);
        let mut first = true;
        while let Some(id) = at {
            let scope = self.module.scope(id);
            at = scope.parent;
            if !first && matches!(scope.kind, ScopeKind::Class(_)) {
                continue;
            }
            let own = first || id == self.module.function(self.id.function).scope;
            first = false;
            let bindings = scope.of(name);
            match bindings {
                [] | [Binding::Nonlocal, ..] => continue,
                [Binding::Global, ..] => {
                    at = (id.0 != 0).then_some(ScopeId(0));
                    continue;
                }
                _ => {}
            }
            if id.0 == 0 {
                return self.global(self.module, name, bindings);
            }
            let is_definition = bindings.iter().all(|binding| {
                matches!(binding, Binding::Import(_) | Binding::Function(_) | Binding::Class(_))
            });
            if is_definition {
                return self.defined(name, bindings);
            }
            if own || matches!(scope.kind, ScopeKind::Class(_)) {
                return Value::unknown();
            }
            // A name of the function around this one.
            let ScopeKind::Function(outer) = scope.kind else { return Value::unknown() };
            if let Some(Binding::Parameter(index)) = bindings.first()
                && let Some(parameter) = self.module.function(outer).parameters.get(*index as usize)
                && requests::is_request_parameter(self.code, self.module, name, parameter.annotation)
            {
                return Value::shaped(Shape::Request);
            }
            let mut value = Value::harmless();
            value.taints.push(self.strand(Root::Free(name), None));
            return value;
        }
        match self.code.name_meaning(self.module, self.scope, name, 20) {
            Some(meaning) => self.of_meaning(meaning),
            None => Value::unknown(),
        }
    }

    fn defined(&mut self, name: Symbol, bindings: &[Binding]) -> Value {
        if let Some(Binding::Import(target)) = bindings.first() {
            return self.imported(target);
        }
        match self.code.name_meaning(self.module, self.scope, name, 20) {
            Some(meaning) => self.of_meaning(meaning),
            None => Value::unknown(),
        }
    }

    fn global(&mut self, module: &Module, name: Symbol, bindings: &[Binding]) -> Value {
        if let Some(Binding::Import(target)) = bindings.first() {
            return self.imported(target);
        }
        let first = match bindings.first() {
            Some(Binding::Function(function)) => {
                Some(Shape::Function(FunctionRef { module: module.id, function: *function }))
            }
            Some(Binding::Class(class)) => Some(Shape::Class(ClassRef { module: module.id, class: *class })),
            _ => None,
        };
        if let Some(shape) = first {
            return Value::shaped(shape);
        }
        if let Some(value) = self.world.globals.get(&(module.id, name)) {
            return value.clone();
        }
        match self.code.name_meaning(module, ScopeId(0), name, 20) {
            Some(meaning) => self.of_meaning(meaning),
            None => Value::unknown(),
        }
    }

    fn imported(&mut self, target: &str) -> Value {
        if let Some((base, last)) = target.rsplit_once('.')
            && let Some(other) = self.code.module_named(base, Some(self.id.module))
            && let Some(symbol) = self.code.known_symbol(last)
        {
            let other = self.code.module(other);
            let bindings = other.scope(ScopeId(0)).of(symbol);
            if bindings.iter().any(|binding| matches!(binding, Binding::Assigned(_))) {
                if let Some(value) = self.world.globals.get(&(other.id, symbol)) {
                    return value.clone();
                }
                if let [Binding::Assigned(value)] = bindings
                    && let Some(Constant::Text(text)) = self.code.constant(other.id, ScopeId(0), *value)
                {
                    return Value::text(&text);
                }
            }
        }
        let meaning = self.code.import_meaning(target, self.id.module, 20);
        self.of_meaning(meaning)
    }

    pub(super) fn of_meaning(&self, meaning: Meaning) -> Value {
        match meaning {
            Meaning::Module(module) => Value::shaped(Shape::Module(module)),
            Meaning::Function(function) => Value::shaped(Shape::Function(function)),
            Meaning::Method(function, class) => {
                let receiver = Value::shaped(Shape::Class(class));
                Value::shaped(Shape::Method(function, Arc::new(receiver), class))
            }
            Meaning::Class(class) => Value::shaped(Shape::Class(class)),
            Meaning::Instance(class) => Value::shaped(Shape::Instance(class, Arc::default())),
            Meaning::Super(class) => Value::shaped(Shape::Super(
                class,
                Arc::new(Value::shaped(Shape::Instance(class, Arc::default()))),
            )),
            Meaning::External(name) => external(&name),
        }
    }

    fn attribute(&mut self, base: ExprId, name: Symbol, expr: ExprId) -> Value {
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
                    _ => {}
                }
                return self.instance_attribute(value, class, name);
            }
            Shape::Class(class) => {
                let class = *class;
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
                    let derived = value.derived(expr.map_or(1, |expr| expr.0 << 1), 0);
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

    fn instance_attribute(&mut self, value: &Value, class: ClassRef, name: Symbol) -> Value {
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
                return super::calls::project(self, *function, Some(value), &arguments, None);
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
        if meaning.is_none() || is_field {
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

    fn class_value(&self, class: ClassRef, name: Symbol) -> Option<Value> {
        let facts = self.code.class_facts(class)?;
        facts
            .order
            .iter()
            .find_map(|owner| self.world.class_values.get(&(*owner, name)))
            .filter(|value| !matches!(value.shape, Shape::Function(_) | Shape::Class(_)))
            .cloned()
    }

    fn view_arguments(&mut self, class: ClassRef, span: Option<Span>) -> Value {
        let mut value = Value::shaped(Shape::Bag);
        value.open = Marks::NONE;
        let facts = self.code.class_facts(class);
        let known = facts
            .into_iter()
            .flat_map(|facts| facts.order.iter().chain(&facts.subclasses))
            .find_map(|owner| self.world.views.of_class(*owner));
        let (kind, doubt) = match known {
            Some(parts) if parts.values().any(|part| *part == Part::Rest) => (SourceKind::Rest, 0),
            Some(parts) if parts.values().all(|part| *part == Part::Harmless) => return Value::harmless(),
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
                self.source(SourceKind::Header, span)
            }
            "method" | "user" | "session" | "site" | "auth" | "scheme" | "csp_nonce" | "LANGUAGE_CODE" => {
                Value { open: Marks::NONE, ..external(&format!("request.{name}")) }
            }
            "resolver_match" => Value::unknown(),
            "_request" | "_current_scheme_host" => Value::shaped(Shape::Request),
            _ => Value::unknown(),
        }
    }

    /// `value[index]`.
    pub(super) fn item(&mut self, value: &Value, index: &Value, index_expr: ExprId, expr: ExprId) -> Value {
        let constant = index.constant_text().map(str::to_owned);
        let span = self.module.span(expr);
        match &value.shape {
            Shape::Cleaned(class) => {
                let class = *class;
                return self.cleaned(class, constant.as_deref(), span);
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
        value
    }

    /// What walking over a value gives.
    pub(super) fn element(&mut self, value: &Value, form: u32) -> Value {
        match &value.shape {
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
                }
                result
            }
        }
    }

    // ── texts ───────────────────────────────────────────────────────────────

    fn binary(&mut self, op: BinaryOp, left: ExprId, right: ExprId, expr: ExprId) -> Value {
        let span = self.module.span(expr);
        match op {
            BinaryOp::Add => {
                let mut operands = Vec::new();
                let mut at = expr;
                while let ExprKind::Binary(BinaryOp::Add, left, right) = self.module.expr(at) {
                    operands.push(*right);
                    at = *left;
                }
                operands.push(at);
                operands.reverse();
                let values = operands.into_iter().map(|operand| self.eval(operand)).collect();
                self.add(values, span, expr.0)
            }
            BinaryOp::Percent => {
                let left = self.eval(left);
                let right = self.eval(right);
                self.percent(left, right, span, expr.0)
            }
            BinaryOp::Divide => {
                let left = self.eval(left);
                let right = self.eval(right);
                // `Path(a) / b`
                if left.external_name().is_some_and(|name| name.contains("Path")) || right.text.is_some() {
                    let mut result = left.derived(expr.0 << 1, 0);
                    result.absorb(&right.derived(expr.0 << 1, 0));
                    result.shape = Shape::External("pathlib.Path()".into());
                    return result;
                }
                let mut result = left.derived(expr.0 << 1, 0);
                result.absorb(&right.derived(expr.0 << 1, 0));
                if left.taints.is_empty() && right.taints.is_empty() {
                    result = Value::harmless();
                    if let Shape::External(name) = left.shape {
                        result.shape = Shape::External(name);
                        result.open = Marks::ALL;
                    }
                }
                result
            }
            BinaryOp::Or | BinaryOp::And => {
                let mut left = self.eval(left);
                let right = self.eval(right);
                left.absorb(&right);
                left
            }
            BinaryOp::Multiply => {
                let left = self.eval(left);
                let right = self.eval(right);
                match (&left.text, &left.shape) {
                    (Some(_), _) => left,
                    (_, Shape::List(_)) => left,
                    _ if right.text.is_some() => right,
                    _ if left.is_constant() || right.is_constant() => {
                        if left.is_constant() {
                            Value { shape: Shape::Unknown, ..right }
                        } else {
                            Value { shape: Shape::Unknown, ..left }
                        }
                    }
                    _ => Value::harmless(),
                }
            }
            BinaryOp::Other => {
                self.eval(left);
                self.eval(right);
                Value::harmless()
            }
        }
    }

    pub(super) fn add(&mut self, values: Vec<Value>, span: Span, form: u32) -> Value {
        if values.iter().any(|value| matches!(value.shape, Shape::List(_) | Shape::Tuple(_))) {
            let mut values = values.into_iter();
            let mut all = values.next().unwrap_or_default();
            for value in values {
                let other = match value.shape {
                    Shape::List(item) => (*item).clone(),
                    Shape::Tuple(_) => self.element(&value, form),
                    _ => value,
                };
                all.absorb(&other);
                if let Shape::List(item) = &mut all.shape {
                    Arc::make_mut(item).join(&other);
                } else {
                    let item = self.element(&all, form);
                    all.shape = Shape::List(Arc::new(item));
                }
            }
            return all;
        }
        self.build(values.into_iter().map(Piece::Value).collect(), span, form)
    }

    /// A text from pieces.
    pub(super) fn build(&mut self, pieces: Vec<Piece>, span: Span, form: u32) -> Value {
        let mut text = String::new();
        let mut result = Value::harmless();
        let mut is_text = false;
        for piece in pieces {
            match piece {
                Piece::Text(piece) => {
                    is_text = true;
                    text.push_str(&piece);
                }
                Piece::Value(value) => {
                    is_text |= value.text.is_some();
                    let value = self.settled(value);
                    let before = prefix_marks(&text);
                    for taint in &value.taints {
                        let mut taint = taint.clone();
                        taint.clean = taint.clean.with(before).without(Marks::RESOLVED);
                        taint.form = form << 1 | 1;
                        add_taint(&mut result.taints, &taint);
                    }
                    result.open = result.open.with(value.open);
                    if result.built.is_none() {
                        result.built = value.built;
                    }
                    let harmless = value.open == Marks::NONE
                        && value.taints.iter().all(|taint| taint.clean.holds(Marks::ALL));
                    if !harmless && result.built.is_none() {
                        result.built = Some(span);
                    }
                    match &value.text {
                        Some(known) if text.len() + known.len() < 8000 => text.push_str(known),
                        _ => text.push('\0'),
                    }
                }
            }
        }
        if !is_text {
            // Numbers, perhaps: nothing shows that this is text.
            result.built = None;
        }
        let cut = super::taint::floor(&text, text.len().min(4000));
        text.truncate(cut);
        result.text = (!text.is_empty()).then(|| text.into());
        if result.built == Some(span) {
            self.sql_text(&result, span);
        }
        result
    }

    /// `left % right`
    fn percent(&mut self, left: Value, right: Value, span: Span, form: u32) -> Value {
        let Some(text) = left.text.clone() else {
            let mut result = left.derived(form << 1, 0);
            result.absorb(&right.derived(form << 1, 0));
            if left.is_constant()
                && right.taints.is_empty()
                && !matches!(right.shape, Shape::Tuple(_) | Shape::Dict(..))
            {
                return Value::harmless();
            }
            return result;
        };
        if let Some(name) = left.external_name()
            && name.contains("Markup")
        {
            return Value { text: None, ..left };
        }
        let mut pieces = vec![];
        if !left.taints.is_empty() || left.open != Marks::NONE {
            let unknown = Value { text: Some("".into()), shape: Shape::Unknown, ..left.clone() };
            pieces.push(Piece::Value(unknown));
        }
        let mut position = 0;
        let mut rest = &*text;
        while let Some(at) = rest.find('%') {
            pieces.push(Piece::Text(rest[..at].to_owned()));
            rest = &rest[at + 1..];
            let mut name = None;
            if rest.starts_with('(')
                && let Some(end) = rest.find(')')
            {
                name = Some(rest[1..end].to_owned());
                rest = &rest[end + 1..];
            }
            let flags = rest
                .find(|c: char| !matches!(c, '-' | '+' | ' ' | '#' | '0'..='9' | '.' | '*'))
                .unwrap_or(rest.len());
            rest = &rest[flags..];
            let Some(letter) = rest.chars().next() else { break };
            rest = &rest[letter.len_utf8()..];
            match letter {
                '%' => pieces.push(Piece::Text("%".to_owned())),
                's' | 'r' | 'a' => {
                    let value = match (&right.shape, &name) {
                        (Shape::Tuple(items), None) => items.get(position).cloned().unwrap_or_default(),
                        (Shape::Dict(items, more), Some(name)) => items
                            .iter()
                            .find(|(mine, _)| *mine == key(name))
                            .map_or_else(|| (**more).clone(), |(_, value)| value.clone()),
                        (_, Some(name)) => {
                            let name = name.clone();
                            self.part(&right, Some(&name), ExprId(form))
                        }
                        _ => right.clone(),
                    };
                    position += 1;
                    pieces.push(Piece::Value(value));
                }
                _ => {
                    position += 1;
                    pieces.push(Piece::Value(Value::harmless()));
                }
            }
        }
        pieces.push(Piece::Text(rest.to_owned()));
        self.build(pieces, span, form)
    }

    /// `left.format(…)`
    pub(super) fn format(&mut self, left: &Value, arguments: &Arguments, span: Span, form: u32) -> Value {
        let mut pieces = vec![];
        if !left.taints.is_empty() || left.open != Marks::NONE {
            let unknown = Value { text: Some("".into()), shape: Shape::Unknown, ..left.clone() };
            pieces.push(Piece::Value(unknown));
        }
        let Some(text) = left.text.clone() else {
            for (_, value, _) in &arguments.list {
                pieces.push(Piece::Text(String::new()));
                pieces.push(Piece::Value(value.clone()));
            }
            return self.build(pieces, span, form);
        };
        let mut position = 0;
        let mut rest = &*text;
        while let Some(at) = rest.find(['{', '}']) {
            pieces.push(Piece::Text(rest[..at].to_owned()));
            let is_open = rest.as_bytes()[at] == b'{';
            rest = &rest[at + 1..];
            if rest.starts_with(if is_open { '{' } else { '}' }) {
                pieces.push(Piece::Text(if is_open { "{" } else { "}" }.to_owned()));
                rest = &rest[1..];
                continue;
            }
            if !is_open {
                continue;
            }
            let Some(end) = rest.find('}') else { break };
            let field = &rest[..end];
            rest = &rest[end + 1..];
            let (name, specification) = field.split_once(':').unwrap_or((field, ""));
            let name = name.split('!').next().unwrap_or_default();
            let root = name.split(['.', '[']).next().unwrap_or_default();
            if specification.ends_with(['d', 'f', 'x', 'X', 'e', 'g', 'b', 'o', 'n']) {
                position += usize::from(root.is_empty());
                pieces.push(Piece::Value(Value::harmless()));
                continue;
            }
            let value = if root.is_empty() {
                position += 1;
                arguments.positional(position - 1).map(|(_, value, _)| value.clone())
            } else if let Ok(number) = root.parse::<usize>() {
                arguments.positional(number).map(|(_, value, _)| value.clone())
            } else {
                arguments.keyword(self.code, root).map(|(_, value, _)| value.clone())
            };
            let value = match value {
                Some(value) if name.len() > root.len() => {
                    let mut part = value.derived(form << 1, 0);
                    part.shape = Shape::Unknown;
                    part
                }
                Some(value) => value,
                None => {
                    let mut all = Value::harmless();
                    for (how, value, _) in &arguments.list {
                        if matches!(how, ArgumentHow::Spread | ArgumentHow::SpreadKeywords) {
                            all.absorb(value);
                        }
                    }
                    all
                }
            };
            pieces.push(Piece::Value(value));
        }
        pieces.push(Piece::Text(rest.to_owned()));
        self.build(pieces, span, form)
    }

    /// Text that looks like a query was put together here.
    fn sql_text(&mut self, value: &Value, span: Span) {
        if !value.text.as_deref().is_some_and(looks_like_sql) {
            return;
        }
        let kind = FlowKind::Sql;
        let harmful = value.open.has(kind) || value.taints.iter().any(|taint| !taint.clean.has(kind));
        if harmful {
            self.candidate(Candidate {
                kind,
                variant: Variant::TextOnly,
                begin: Begin::Built,
                place: span,
                name: "a query".into(),
                doubt: 1,
                built: Some(span),
                trace: None,
                way: None,
            });
        }
    }

    // ── sinks ───────────────────────────────────────────────────────────────

    pub(super) fn candidate(&mut self, candidate: Candidate) {
        if self.outcome.candidates.len() < 512 {
            self.outcome.candidates.push(candidate);
        }
    }

    /// A value reaches a sink here.
    pub(super) fn sink_value(
        &mut self,
        value: &Value,
        kind: FlowKind,
        variant: Variant,
        place: Span,
        name: &str,
        doubt: u8,
    ) {
        let sink = ParameterSink {
            origin: Origin::new(Root::Source(SourceKind::Query)),
            kind,
            variant,
            place,
            name: name.into(),
            clean: Marks::NONE,
            doubt,
            way: None,
        };
        self.reach(value, &sink, None);
        self.text_alone(value, &sink);
    }

    /// What the shape of the value says when it is not known to come from outside.
    fn text_alone(&mut self, value: &Value, sink: &ParameterSink) {
        let kind = sink.kind;
        let unsafe_part = value.open.has(kind)
            || value
                .taints
                .iter()
                .any(|taint| !taint.clean.with(self.env.fact(taint.origin, taint.form)).has(kind));
        if !unsafe_part {
            return;
        }
        let begin = match (kind, sink.variant) {
            (FlowKind::Sql, Variant::Extra | Variant::RawSql) => {
                if value.built.is_some() {
                    Begin::Built
                } else {
                    Begin::Variable
                }
            }
            (FlowKind::Html, Variant::MarkSafe) => {
                if value.built.is_some() {
                    Begin::Built
                } else {
                    Begin::Variable
                }
            }
            (FlowKind::Html, Variant::FormatHtml) | (FlowKind::Sql, _) if value.built.is_some() => {
                Begin::Built
            }
            (FlowKind::Command, Variant::Plain) if value.built.is_some() => Begin::Built,
            _ => return,
        };
        self.candidate(Candidate {
            kind,
            variant: sink.variant,
            begin,
            place: sink.place,
            name: sink.name.clone(),
            doubt: if value.built.is_some() { 1 } else { 2 },
            built: value.built,
            trace: None,
            way: None,
        });
    }

    /// The strands of a value reach a sink, here or in a function that was called here.
    pub(super) fn reach(&mut self, value: &Value, sink: &ParameterSink, passed: Option<(Span, FunctionRef)>) {
        let kind = sink.kind;
        for taint in &value.taints {
            let facts = self.env.fact(taint.origin, taint.form);
            let clean = taint.clean.with(facts).with(sink.clean);
            if clean.has(kind) {
                continue;
            }
            let looked_at = u8::from(clean.holds(Marks::LOOKED_AT));
            let way = match passed {
                Some((span, function)) => engine::before(&sink.way, span, Note::Passed(function)),
                None => sink.way.clone(),
            };
            match taint.origin.root {
                Root::Source(source) => {
                    let mut doubt = taint.doubt.saturating_add(sink.doubt).saturating_add(looked_at);
                    let mut variant = sink.variant;
                    // No page of an attacker can make the victim's browser send these as it likes.
                    match (source, kind) {
                        (SourceKind::Header, FlowKind::Redirect) => continue,
                        (SourceKind::Header, FlowKind::Html)
                        | (SourceKind::Cookie, FlowKind::Html | FlowKind::Redirect) => {
                            doubt = doubt.saturating_add(1);
                        }
                        _ => {}
                    }
                    if kind == FlowKind::Log
                        && taint.form == 0
                        && taint.origin.is_whole()
                        && holds_secrets(source)
                    {
                        variant = Variant::Sensitive;
                        doubt = taint.doubt;
                    }
                    self.candidate(Candidate {
                        kind,
                        variant,
                        begin: Begin::Outside(source),
                        place: sink.place,
                        name: sink.name.clone(),
                        doubt,
                        built: value.built,
                        trace: taint.trace.clone(),
                        way,
                    });
                }
                Root::Parameter(_) | Root::Free(_) => {
                    let known = self.outcome.summary.sinks.iter().any(|mine| {
                        mine.origin == taint.origin && mine.kind == kind && mine.place == sink.place
                    });
                    if !known && self.outcome.summary.sinks.len() < MOST_SINKS {
                        self.outcome.summary.sinks.push(ParameterSink {
                            origin: taint.origin,
                            clean: clean.without(Marks::RESOLVED).without(Marks::LOOKED_AT),
                            doubt: sink.doubt.saturating_add(taint.doubt).saturating_add(looked_at),
                            way: engine::as_way(&taint.trace, &way),
                            ..sink.clone()
                        });
                    }
                }
            }
        }
    }

    /// A value walked along the steps of an origin.
    pub(super) fn follow(&mut self, value: &Value, origin: &Origin) -> Value {
        let mut value = value.clone();
        for step in origin.steps() {
            value = match step {
                Step::Attribute(name) => self.attribute_of(&value, name, None),
                Step::Key(number) => match &value.shape {
                    Shape::Dict(items, rest) => items
                        .iter()
                        .find(|(mine, _)| *mine == number)
                        .map_or_else(|| (**rest).clone(), |(_, value)| value.clone()),
                    Shape::List(item) => (**item).clone(),
                    _ => {
                        let mut part = Value { open: value.open, built: value.built, ..Value::default() };
                        for taint in &value.taints {
                            let mut taint = taint.clone();
                            if taint.form == 0
                                && let Some(origin) = taint.origin.into(Step::Key(number))
                            {
                                taint.origin = origin;
                            } else {
                                taint.form = number | 1;
                            }
                            add_taint(&mut part.taints, &taint);
                        }
                        part
                    }
                },
            };
        }
        value
    }

    pub(super) fn note_inner(&mut self, function: FunctionRef) {
        self.inner.retain(|inner| *inner != function);
    }

    /// Whether a sink's condition holds, and how much must be guessed for it.
    pub(super) fn condition(
        &mut self,
        sink: &Sink,
        arguments: &Arguments,
        receiver: Option<&Value>,
        value: &Value,
    ) -> Option<u8> {
        let code = self.code;
        let constant_bool = |this: &Self, name: &str| {
            arguments.keyword(code, name).map(|(_, _, expr)| match this.module.expr(*expr) {
                ExprKind::Bool(boolean) => Some(*boolean),
                ExprKind::Int(number) => Some(*number != 0),
                _ => match code.constant(this.module.id, this.scope, *expr) {
                    Some(Constant::Bool(boolean)) => Some(boolean),
                    _ => None,
                },
            })
        };
        match sink.when {
            When::Always => Some(0),
            When::Probe => Some(1),
            When::Shell | When::NoShell => {
                let spread = arguments.list.iter().any(|(how, ..)| *how == ArgumentHow::SpreadKeywords);
                let shell = match constant_bool(self, "shell") {
                    Some(Some(shell)) => Some(shell),
                    Some(None) => None,
                    None if spread => None,
                    None => Some(false),
                };
                match (sink.when, shell) {
                    (When::Shell, Some(true)) => Some(0),
                    (When::Shell, None) => Some(1),
                    (When::NoShell, Some(false)) => {
                        // Of a list of arguments only the first names the program.
                        let _ = value;
                        Some(1)
                    }
                    _ => None,
                }
            }
            When::HtmlContent => {
                let given = arguments
                    .keyword(code, "content_type")
                    .or_else(|| arguments.keyword(code, "mimetype"))
                    .or_else(|| arguments.positional(1));
                match given {
                    None => Some(0),
                    Some((_, value, expr)) => {
                        let text = value.text.as_deref();
                        match text {
                            Some(text) if !text.starts_with('\0') => {
                                let text = text.to_ascii_lowercase();
                                (text.contains("html")
                                    || text.contains("svg")
                                    || text.starts_with("text/xml")
                                    || text.starts_with("application/xml"))
                                .then_some(0)
                            }
                            _ if matches!(self.module.expr(*expr), ExprKind::None) => Some(0),
                            _ => Some(2),
                        }
                    }
                }
            }
            When::UnsafeYaml => {
                let loader = arguments.keyword(code, "Loader").or_else(|| arguments.positional(1));
                match loader {
                    None => Some(0),
                    Some((_, value, expr)) => {
                        let name = value.external_name().unwrap_or_default().to_owned();
                        let name = if name.is_empty() { self.module.source(*expr).to_owned() } else { name };
                        (!(name.contains("SafeLoader") || name.contains("BaseLoader"))).then_some(0)
                    }
                }
            }
            When::PickleAllowed => {
                matches!(constant_bool(self, "allow_pickle"), Some(Some(true))).then_some(0)
            }
            When::LooksLikeSql => {
                let surely_cursor = receiver.and_then(Value::external_name).is_some_and(|name| {
                    name.contains("cursor()")
                        || name.contains(".objects")
                        || name.contains("connection")
                        || name.contains("sqlite3")
                        || name.contains("psycopg")
                        || name.contains("MySQLdb")
                        || name.contains("pymysql")
                        || name.contains("schema_editor")
                });
                if surely_cursor || value.text.as_deref().is_some_and(looks_like_sql) {
                    Some(0)
                } else {
                    arguments.on_cursor.then_some(0)
                }
            }
        }
    }
}

/// What a part of the address without slashes cannot do.
const SEGMENT: Marks = Marks::of(FlowKind::Path)
    .with(Marks::of(FlowKind::Redirect))
    .with(Marks::of(FlowKind::Url))
    .with(Marks::of(FlowKind::Header))
    .with(Marks::of(FlowKind::Mail))
    .with(Marks::of(FlowKind::Log));

/// Whether the whole of it holds passwords, tokens or sessions sooner or later.
fn holds_secrets(source: SourceKind) -> bool {
    matches!(
        source,
        SourceKind::Form | SourceKind::Header | SourceKind::Cookie | SourceKind::Body | SourceKind::Api
    )
}

/// Keys of `request.META` that no visitor sets.
fn is_set_by_server(name: &str) -> bool {
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

/// Something from outside; settings and the environment are the operator's own.
fn external(name: &str) -> Value {
    let mut value = Value::external(name);
    if name.starts_with("django.conf.settings")
        || name.starts_with("os.environ")
        || name.starts_with("os.path.sep")
        || name == "os.sep"
        || name == "builtins.__file__"
    {
        value.open = Marks::NONE;
    }
    value
}

fn meet(mine: &mut Option<FxHashMap<(Origin, u32), Marks>>, other: &FxHashMap<(Origin, u32), Marks>) {
    match mine {
        None => *mine = Some(other.clone()),
        Some(mine) => {
            mine.retain(|key, marks| {
                *marks = marks.both(other.get(key).copied().unwrap_or_default());
                *marks != Marks::NONE
            });
        }
    }
}

fn has_break(block: &[Stmt]) -> bool {
    block.iter().any(|statement| match &statement.kind {
        StmtKind::Break => true,
        StmtKind::If(branches) => branches.iter().any(|(_, body)| has_break(body)),
        StmtKind::With { body, .. } => has_break(body),
        StmtKind::Try { body, handlers, otherwise, finally } => {
            has_break(body)
                || handlers.iter().any(|handler| has_break(&handler.body))
                || has_break(otherwise)
                || has_break(finally)
        }
        _ => false,
    })
}

/// What text before a part takes from it: an address whose beginning is fixed leads nowhere else.
fn prefix_marks(before: &str) -> Marks {
    let fixed = Marks::of(FlowKind::Redirect).with(Marks::of(FlowKind::Url));
    if before.is_empty() || matches!(before, "/" | "//" | "\\" | "http:" | "https:") {
        return Marks::NONE;
    }
    if let Some(at) = before.find("://") {
        let after = &before[at + 3..];
        return if after.contains(['/', '?', '#']) || after.contains('\0') { fixed } else { Marks::NONE };
    }
    if before.starts_with("//") && !before[2..].contains('/') {
        return Marks::NONE;
    }
    fixed
}

/// Whether text with holes reads like a query.
pub(super) fn looks_like_sql(text: &str) -> bool {
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '(' | '\0' | '"' | '\''));
    let head: String = start.chars().take(400).flat_map(char::to_lowercase).collect();
    let words = |needle: &str| {
        head.find(needle).is_some_and(|at| {
            let before = head[..at].chars().next_back();
            let after = head[at + needle.len()..].chars().next();
            before.is_none_or(|c| !c.is_alphanumeric() && c != '_')
                && after.is_none_or(|c| !c.is_alphanumeric() && c != '_')
        })
    };
    let begins = |word: &str| {
        head.strip_prefix(word).is_some_and(|rest| {
            rest.starts_with(|c: char| c.is_whitespace() || c == '*' || c == '(' || c == '\0')
        })
    };
    (begins("select") && (words("from") || head.contains("\0")) && text.len() > 12 && (words("from")))
        || (begins("insert") && words("into"))
        || (begins("update") && words("set"))
        || (begins("delete") && words("from"))
        || (begins("replace") && words("into"))
        || (begins("with") && words("as") && words("select"))
        || (begins("drop") || begins("alter") || begins("create") || begins("truncate"))
            && (words("table")
                || words("database")
                || words("index")
                || words("view")
                || words("user")
                || words("role")
                || words("schema"))
        || (begins("grant") || begins("revoke")) && words("on")
        || begins("call") && head.contains('(') && words("call") && head.contains("\0")
        || begins("explain") && words("select")
        || begins("merge") && words("into")
        || begins("set") && head.contains('=') && head.contains("\0") && words("session")
}
