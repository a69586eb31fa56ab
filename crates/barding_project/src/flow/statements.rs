//! Statements: branches, loops, `try`, `match`, what a return proves.

use super::body::{Arguments, Body, Loop, Raised};
use super::requests;
use super::taint::{Changes, Marks, Origin, Place, Shape, Value};
use super::{FlowKind, Variant};
use crate::code::*;
use barding_source::Span;
use rustc_hash::FxHashMap;

impl<'w> Body<'w> {
    pub(super) fn block(&mut self, block: &'w [Stmt]) {
        for statement in block {
            if !self.env.live || self.budget == 0 {
                return;
            }
            self.budget -= 1;
            self.statement(statement);
        }
    }

    pub(super) fn statement(&mut self, statement: &'w Stmt) {
        match &statement.kind {
            StmtKind::Expr(value) => {
                self.eval(*value);
                self.forget_compiled(*value);
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
                    let result = self.eval(*value);
                    self.raised_here(*value, &result);
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
                    this.assign_item(*target, *iterable, &iterable_value);
                    this.block(body);
                });
                self.block(otherwise);
            }
            StmtKind::With { items, body } => {
                for (manager, bound) in items {
                    let value = self.eval(*manager);
                    if let Some(bound) = bound {
                        let entered = self.entered(value, *manager);
                        self.assign(*bound, entered);
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

    /// `raise Refused("no such page: " + name)`
    fn raised_here(&mut self, expr: ExprId, exception: &Value) {
        let ExprKind::Call(call) = self.module.expr(expr) else { return };
        let (ExprKind::Name(class) | ExprKind::Attribute(_, class)) = self.module.expr(call.callee) else {
            return;
        };
        let mut text = exception.derived(expr.0 << 1, 0);
        if matches!(exception.shape, Shape::Instance(..)) {
            for argument in call.arguments.iter().take(8) {
                let argument = self.eval(argument.value);
                text.absorb(&argument.derived(expr.0 << 1, 0));
            }
        }
        let text = self.settled(text);
        let class = self.code.text(*class).into();
        self.raise(class, text);
    }

    /// What the name of a handler holds, and what of the exceptions raised before goes on.
    fn caught(&mut self, handler: &Handler, raised: &mut Vec<Raised>) -> Value {
        let mut value = Value::unknown();
        let listed = match handler.catches.map(|expr| (expr, self.module.expr(expr))) {
            None => Vec::new(),
            Some((_, ExprKind::Tuple(items))) => items.to_vec(),
            Some((expr, _)) => vec![expr],
        };
        let names: Vec<&str> = listed
            .iter()
            .filter_map(|expr| match self.module.expr(*expr) {
                ExprKind::Name(name) | ExprKind::Attribute(_, name) => Some(self.code.text(*name)),
                _ => None,
            })
            .collect();
        let everything =
            names.is_empty() || names.iter().any(|name| matches!(*name, "Exception" | "BaseException"));
        raised.retain(|one| {
            let named = names.contains(&&*one.class);
            if named || everything {
                value.absorb(&one.text);
            }
            !(named || everything)
        });
        value
    }

    /// What `as` is bound to: what `__enter__` gives, or the manager itself.
    fn entered(&mut self, manager: Value, expr: ExprId) -> Value {
        let Shape::Instance(class, _) = &manager.shape else { return manager };
        for name in ["__enter__", "__aenter__"] {
            if let Some(name) = self.code.known_symbol(name)
                && let Some(Meaning::Method(function, _)) =
                    self.code.attribute(Meaning::Instance(*class), name, 16)
            {
                let arguments = Arguments::default();
                return super::summaries::project(self, function, Some(&manager), &arguments, Some(expr));
            }
        }
        manager
    }

    pub(super) fn class_body(&mut self, class: ClassId) {
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

    /// `Template(text)` for its errors alone: what is compiled and dropped is never rendered.
    fn forget_compiled(&mut self, expr: ExprId) {
        if !matches!(self.module.expr(expr), ExprKind::Call(_)) {
            return;
        }
        let place = self.module.span(expr);
        self.outcome.candidates.retain(|one| one.kind != FlowKind::Template || one.place != place);
        self.outcome.summary.sinks.retain(|one| one.kind != FlowKind::Template || one.place != place);
    }

    pub(super) fn branches(&mut self, branches: &'w [(Option<ExprId>, Block)]) {
        let mut outcomes: Vec<Changes> = Vec::new();
        let start = self.env.mark();
        let mut has_else = false;
        for (test, body) in branches {
            if let Some(test) = test {
                self.eval(*test);
                let mark = self.env.mark();
                self.assume(*test, true);
                let (candidates, sinks) = (self.outcome.candidates.len(), self.outcome.summary.sinks.len());
                self.block(body);
                if self.is_development_only(*test) {
                    // The live site does not come here.
                    self.outcome
                        .candidates
                        .iter_mut()
                        .skip(candidates)
                        .for_each(|one| one.doubt = one.doubt.saturating_add(2));
                    self.outcome
                        .summary
                        .sinks
                        .iter_mut()
                        .skip(sinks)
                        .for_each(|one| one.doubt = one.doubt.saturating_add(2));
                }
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

    pub(super) fn repeat(&mut self, mut body: impl FnMut(&mut Self)) {
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

    pub(super) fn attempt(&mut self, body: &'w [Stmt], handlers: &'w [Handler], otherwise: &'w [Stmt]) {
        let start = self.env.mark();
        let before = std::mem::take(&mut self.raised);
        self.block(body);
        let mut raised = std::mem::replace(&mut self.raised, before);
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
            let caught = self.caught(handler, &mut raised);
            if let Some(name) = handler.name {
                self.env.set(Place(name, None), caught);
            }
            self.block(&handler.body);
            if self.env.live {
                ends.push(self.env.changes(start));
            }
            self.env.take_back(start);
        }
        for one in raised {
            self.raise(one.class, one.text);
        }
        self.env.live = !ends.is_empty();
        self.env.merge(&ends);
    }

    pub(super) fn match_(&mut self, subject: ExprId, cases: &'w [Case]) {
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

    pub(super) fn note_return(&mut self, result: Option<(ExprId, Value)>) {
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
        if let Some((expr, mut value)) = result {
            for taint in &mut value.taints {
                taint.clean = taint.clean.with(self.env.fact(taint.origin, taint.form));
            }
            self.fills_own_template(&value);
            self.fills_every_template(&value);
            if let Some((kind, variant, name)) = self.returned_to_django() {
                self.sink_value(&value, kind, variant, self.module.span(expr), name, 0);
                // Said once, here; whoever calls the method in the project's own code repeats it.
                value = value.cleaned(Marks::of(kind));
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

    /// What Django does with the value that the function being looked at returns.
    fn returned_to_django(&self) -> Option<(FlowKind, Variant, &'static str)> {
        let function = self.module.function(self.id.function);
        let class = ClassRef { module: self.id.module, class: function.class? };
        let name = self.code.text(function.name);
        let facts = self.code.class_facts(class)?;
        let inherits =
            |word: &str| facts.external_bases.iter().any(|base| base.rsplit('.').next() == Some(word));
        match name {
            "get_success_url" | "get_redirect_url" | "get_next_page" | "get_default_redirect_url"
                if requests::is_view_class(self.code, class) || inherits("SuccessURLAllowedHostsMixin") =>
            {
                Some((FlowKind::Redirect, Variant::Plain, "the redirect of the view"))
            }
            "get_template_names" if requests::is_view_class(self.code, class) => {
                Some((FlowKind::TemplateName, Variant::Plain, "the template of the view"))
            }
            "render" if facts.external_bases.iter().any(|base| is_template_node(base)) => {
                Some((FlowKind::Html, Variant::Response, "the output of the template tag"))
            }
            "render" if facts.external_bases.iter().any(|base| is_widget(base)) => {
                Some((FlowKind::Html, Variant::Response, "the output of the widget"))
            }
            _ => None,
        }
    }

    pub(super) fn note_condition(&mut self, target: ExprId, value: ExprId) {
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
}

pub(super) fn meet(
    mine: &mut Option<FxHashMap<(Origin, u32), Marks>>,
    other: &FxHashMap<(Origin, u32), Marks>,
) {
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

pub(super) fn has_break(block: &[Stmt]) -> bool {
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

fn is_template_node(base: &str) -> bool {
    matches!(
        base,
        "django.template.Node" | "django.template.base.Node" | "django.template.library.SimpleNode"
    )
}

/// Widgets of old Django put their own text together; those of today render templates.
fn is_widget(base: &str) -> bool {
    base.starts_with("django.forms.")
        && (base.ends_with("Widget") || base.ends_with("Input") || base.ends_with("Textarea"))
}
