//! Expressions.

use super::cond::Cond;
use super::val::{Code, FunctionInfo, FunctionKind, Object, Val};
use super::{Evaluator, FrameOf};
use crate::value::{Unknown, Why};
use barding_source::Span;
use ruff_python_ast::{BoolOp, CmpOp, Comprehension, Expr, ExprName, Number, UnaryOp};
use std::rc::Rc;
use std::sync::Arc;

impl<'a> Evaluator<'a> {
    pub(super) fn expression(&mut self, node: &'a Expr) -> Val<'a> {
        if !self.step() {
            let place = self.span(node);
            return self.unknown(Why::TooDeep, "the evaluation took too many steps", Some(place));
        }
        match node {
            Expr::StringLiteral(node) => {
                let text = node.value.to_str();
                if text.contains(super::val::ROOT) {
                    return self.unknown(
                        Why::NotReadable,
                        "it holds a character we keep for ourselves",
                        None,
                    );
                }
                Val::text(text)
            }
            Expr::BytesLiteral(node) => Val::Bytes(node.value.bytes().collect()),
            Expr::NumberLiteral(node) => match &node.value {
                Number::Int(number) => match number.as_i64() {
                    Some(number) => Val::Int(number),
                    None => {
                        let place = self.span(node);
                        self.unknown(Why::TooDeep, "the number is too large", Some(place))
                    }
                },
                Number::Float(number) => Val::Float(*number),
                Number::Complex { .. } => {
                    let place = self.span(node);
                    self.unknown(Why::RunsCode, "complex numbers are not modelled", Some(place))
                }
            },
            Expr::BooleanLiteral(node) => Val::Bool(node.value),
            Expr::NoneLiteral(_) => Val::None,
            Expr::EllipsisLiteral(_) => Val::Ellipsis,
            Expr::Name(name) => self.name(name),
            Expr::List(node) => {
                let items = self.elements(&node.elts);
                self.list(items)
            }
            Expr::Tuple(node) => Val::Tuple(self.elements(&node.elts).into()),
            Expr::Set(node) => {
                let items = self.elements(&node.elts);
                self.set(items)
            }
            Expr::Dict(node) => {
                let place = self.span(node);
                let Val::Object(id) = self.dict(Vec::new()) else { return Val::None };
                for item in &node.items {
                    match &item.key {
                        Some(key) => {
                            let key = self.expression(key);
                            let value = self.expression(&item.value);
                            self.put(id, &key, value, place);
                        }
                        None => {
                            let other = self.expression(&item.value);
                            self.update_dict(id, &other, place);
                        }
                    }
                }
                Val::Object(id)
            }
            Expr::BoolOp(node) => {
                let mut values = node.values.iter();
                let Some(first) = values.next() else { return Val::None };
                let first_value = self.expression(first);
                let rest = &node.values[1..];
                self.boolean(first_value, first, node.op, rest)
            }
            Expr::Named(node) => {
                let value = self.expression(&node.value);
                let place = self.span(node);
                self.assign(&node.target, value.clone(), place);
                value
            }
            Expr::BinOp(node) => {
                let place = self.span(node);
                let left = self.expression(&node.left);
                let right = self.expression(&node.right);
                self.each_pair(&left, &right, &mut |me, left, right| me.binary(left, node.op, right, place))
            }
            Expr::UnaryOp(node) => {
                let place = self.span(node);
                let value = self.expression(&node.operand);
                if node.op == UnaryOp::Not {
                    let text = self.source(&*node.operand);
                    return self.not(&value, &text, place);
                }
                self.each(&value, &mut |me, value| match (node.op, value) {
                    (UnaryOp::USub, Val::Int(number)) => {
                        number.checked_neg().map_or_else(|| me.not_modelled(place), Val::Int)
                    }
                    (UnaryOp::USub, Val::Float(number)) => Val::Float(-number),
                    (UnaryOp::UAdd, Val::Int(_) | Val::Float(_)) => value.clone(),
                    (UnaryOp::Invert, Val::Int(number)) => Val::Int(!number),
                    (UnaryOp::USub, Val::Bool(flag)) => Val::Int(-i64::from(*flag)),
                    (_, Val::Unknown(_)) => value.clone(),
                    _ => me.not_modelled(place),
                })
            }
            Expr::Compare(node) => {
                let place = self.span(node);
                let mut left = self.expression(&node.left);
                let mut result = Val::Bool(true);
                for (op, right) in node.ops.iter().zip(node.comparators.iter()) {
                    let right = self.expression(right);
                    let one = self.compare(&left, *op, &right, place);
                    result = self.each(&result, &mut |_, so_far| match so_far {
                        Val::Bool(true) => one.clone(),
                        other => other.clone(),
                    });
                    left = right;
                }
                result
            }
            Expr::If(node) => {
                let test = self.expression(&node.test);
                let text = self.source(&*node.test);
                let place = self.span(&*node.test);
                let cases = self.truth(&test, &text, Some(place));
                self.choose(cases, |me, holds| me.expression(if holds { &node.body } else { &node.orelse }))
            }
            Expr::Attribute(node) => {
                let place = self.span(node);
                let value = self.expression(&node.value);
                self.each(&value, &mut |me, value| me.attribute(value, &node.attr, place))
            }
            Expr::Subscript(node) => {
                let place = self.span(node);
                let value = self.expression(&node.value);
                if let Expr::Slice(slice) = &*node.slice {
                    return self.each(&value, &mut |me, value| me.slice(value, slice, place));
                }
                let key = self.expression(&node.slice);
                let found = self.each_pair(&value, &key, &mut |me, value, key| me.item(value, key, place));
                self.demand(found, "KeyError", "the key is not there", Some(place))
            }
            Expr::Call(node) => self.call_expression(node),
            Expr::FString(node) => self.f_string(node),
            Expr::Lambda(node) => {
                let mut defaults = Vec::new();
                if let Some(parameters) = &node.parameters {
                    for parameter in parameters.iter_non_variadic_params() {
                        if let Some(default) = &parameter.default {
                            let value = self.expression(default);
                            defaults.push((Arc::from(parameter.parameter.name.as_str()), value));
                        }
                    }
                }
                let dotted = format!("{}.<lambda>", self.frame().dotted).into();
                let scope = self.closure();
                Val::Function(Rc::new(FunctionInfo {
                    dotted,
                    code: Code::Lambda(node),
                    scope,
                    defaults,
                    kind: FunctionKind::Plain,
                    class: None,
                }))
            }
            Expr::ListComp(node) => {
                let items = self.comprehension(&node.generators, |me| me.expression(&node.elt));
                self.list(items)
            }
            Expr::SetComp(node) => {
                let items = self.comprehension(&node.generators, |me| me.expression(&node.elt));
                self.set(items)
            }
            Expr::Generator(node) => {
                let items = self.comprehension(&node.generators, |me| me.expression(&node.elt));
                self.list(items)
            }
            Expr::DictComp(node) => {
                let place = self.span(node);
                let pairs = self.comprehension(&node.generators, |me| {
                    let key = node.key.as_ref().map_or(Val::None, |key| me.expression(key));
                    let value = me.expression(&node.value);
                    Val::Tuple(Rc::from([key, value]))
                });
                let Val::Object(id) = self.dict(Vec::new()) else { return Val::None };
                let pairs = self.list(pairs);
                self.update_dict(id, &pairs, place);
                Val::Object(id)
            }
            Expr::Starred(node) => self.expression(&node.value),
            Expr::Yield(node) => {
                let value = node.value.as_ref().map_or(Val::None, |value| self.expression(value));
                if let Some(list) = self.frame().yields
                    && let Object::List(items) = self.heap.write(list)
                {
                    items.push(value);
                }
                Val::None
            }
            Expr::YieldFrom(node) => {
                let place = self.span(node);
                let value = self.expression(&node.value);
                let more = self.iterate(&value, place);
                if let Some(list) = self.frame().yields
                    && let Object::List(items) = self.heap.write(list)
                {
                    items.extend(more);
                }
                Val::None
            }
            Expr::Await(_) | Expr::TString(_) | Expr::Slice(_) | Expr::IpyEscapeCommand(_) => {
                let place = self.span(node);
                self.not_modelled(place)
            }
        }
    }

    pub(super) fn not_modelled(&mut self, place: Span) -> Val<'a> {
        let text: String = self.source_at(place).chars().take(60).collect();
        self.unknown(Why::RunsCode, format!("`{text}` is not modelled"), Some(place))
    }

    /// Several ways, each evaluated on its own path.
    pub(super) fn choose(
        &mut self,
        cases: Vec<(Cond, bool)>,
        mut f: impl FnMut(&mut Self, bool) -> Val<'a>,
    ) -> Val<'a> {
        if let [(_, only)] = cases.as_slice() {
            return f(self, *only);
        }
        let mut values = Vec::new();
        let mut outcomes = Vec::new();
        for (cond, holds) in cases {
            let (value, changes) = self.on_path(&cond, |me| f(me, holds));
            values.push((cond.clone(), value));
            outcomes.push((cond, changes));
        }
        self.join(outcomes);
        self.one_of(values)
    }

    fn elements(&mut self, nodes: &'a [Expr]) -> Vec<Val<'a>> {
        let mut items = Vec::with_capacity(nodes.len());
        for node in nodes {
            if let Expr::Starred(starred) = node {
                let place = self.span(starred);
                let value = self.expression(&starred.value);
                items.extend(self.iterate(&value, place));
            } else {
                let value = self.expression(node);
                // A name that may be unbound is an error, not an absent element.
                let place = self.span(node);
                items.push(self.demand(value, "NameError", "it may not be set", Some(place)));
            }
        }
        items
    }

    fn boolean(&mut self, value: Val<'a>, node: &'a Expr, op: BoolOp, rest: &'a [Expr]) -> Val<'a> {
        let Some((next, others)) = rest.split_first() else { return value };
        let text = self.source(node);
        let place = self.span(node);
        self.each(&value, &mut |me, value| {
            let cases = me.truth(value, &text, Some(place));
            me.choose(cases, |me, holds| {
                if holds == (op == BoolOp::And) {
                    let next_value = me.expression(next);
                    me.boolean(next_value, next, op, others)
                } else {
                    value.clone()
                }
            })
        })
    }

    pub(super) fn not(&mut self, value: &Val<'a>, text: &str, place: Span) -> Val<'a> {
        let as_bool = self.as_bool(value, text, Some(place));
        self.each(&as_bool, &mut |_, value| match value {
            Val::Bool(known) => Val::Bool(!known),
            other => other.clone(),
        })
    }

    fn compare(&mut self, left: &Val<'a>, op: CmpOp, right: &Val<'a>, place: Span) -> Val<'a> {
        let text = self.source_at(place);
        self.each_pair(left, right, &mut |me, left, right| {
            let negate = matches!(op, CmpOp::NotEq | CmpOp::IsNot | CmpOp::NotIn);
            let result = match op {
                CmpOp::Eq | CmpOp::NotEq => me.equal(left, right, place),
                CmpOp::Is | CmpOp::IsNot => me.identical(left, right, place),
                CmpOp::In | CmpOp::NotIn => me.contained(left, right, place),
                CmpOp::Lt | CmpOp::LtE | CmpOp::Gt | CmpOp::GtE => {
                    let known = me.order(left, right).map(|order| match op {
                        CmpOp::Lt => order.is_lt(),
                        CmpOp::LtE => order.is_le(),
                        CmpOp::Gt => order.is_gt(),
                        _ => order.is_ge(),
                    });
                    match known {
                        Some(known) => Val::Bool(known),
                        None => {
                            let unknown = me.unknown(Why::RunsCode, text.clone(), Some(place));
                            me.undecided(&unknown, &text, Some(place))
                        }
                    }
                }
            };
            if negate { me.not(&result, &text, place) } else { result }
        })
    }

    /// The beginning of a place's source in one line.
    pub(super) fn source_at(&self, place: Span) -> String {
        let Some(file) = self.modules.sources().file(place.file) else { return String::new() };
        let slice = file.slice(place);
        // Only the beginning is looked at: a hostile expression may be megabytes long.
        let mut end = slice.len().min(400);
        while !slice.is_char_boundary(end) {
            end -= 1;
        }
        let text: String = slice[..end].split_whitespace().collect::<Vec<_>>().join(" ");
        if text.chars().count() > 70 { text.chars().take(69).chain(['…']).collect() } else { text }
    }

    // ---- names ----

    fn name(&mut self, node: &'a ExprName) -> Val<'a> {
        let place = self.span(node);
        match self.lookup(&node.id) {
            Some(value) => {
                let value = self.prune(value);
                self.demand(value, "NameError", &format!("`{}` may not be set", node.id), Some(place))
            }
            None => self.raised("NameError", format!("`{}` is not set", node.id), Some(place)),
        }
    }

    pub(super) fn lookup(&mut self, name: &str) -> Option<Val<'a>> {
        let frame = self.frame();
        let module = frame.scope.module.names;
        let global = frame.globals.iter().any(|known| &**known == name);
        let mut maybe: Option<Val<'a>> = None;
        if !global {
            let places: Vec<_> =
                frame.locals.into_iter().chain(frame.scope.enclosing.iter().rev().copied()).collect();
            for names in places {
                match self.slot(names, name) {
                    Some(Val::Unset) | None => {}
                    // A class body may have set the name or not; the module is asked next then.
                    Some(value) => {
                        maybe = Some(value);
                        break;
                    }
                }
            }
        }
        if maybe.is_some() {
            return maybe;
        }
        match self.slot(module, name) {
            Some(Val::Unset) | None => {}
            Some(value) => return Some(value),
        }
        if let Some(value) = self.module_special(name) {
            return Some(value);
        }
        let names = self.heap.names(module)?;
        if let Some(star) = names.stars.last() {
            // Built-ins are never what a star import is for.
            if !super::builtins::is_builtin(name) {
                return Some(Val::Name(format!("{star}.{name}").into()));
            }
        }
        if let Some(unknown) = names.open.clone()
            && !super::builtins::is_builtin(name)
        {
            return Some(Val::Unknown(Rc::new(unknown)));
        }
        super::builtins::is_builtin(name).then(|| Val::Name(name.into()))
    }

    fn module_special(&mut self, name: &str) -> Option<Val<'a>> {
        let module = self.frame().scope.module.clone();
        match name {
            "__name__" => Some(Val::Text(module.name.clone())),
            "__file__" => {
                let path = self.modules.sources().path(self.file())?;
                Some(Val::text(format!("{}/{path}", super::val::ROOT)))
            }
            "__package__" => {
                let name = &module.name;
                let package = if module.package {
                    name
                } else {
                    name.rsplit_once('.').map_or("", |(package, _)| package)
                };
                Some(Val::text(package))
            }
            "__doc__" | "__spec__" | "__loader__" | "__path__" | "__builtins__" => {
                Some(self.unknown(Why::RunsCode, format!("`{name}`"), None))
            }
            _ => None,
        }
    }

    // ---- comprehensions ----

    fn comprehension(
        &mut self,
        generators: &'a [Comprehension],
        mut element: impl FnMut(&mut Self) -> Val<'a>,
    ) -> Vec<Val<'a>> {
        let names = self.new_names();
        let scope = self.closure();
        let frame = self.frame();
        // A comprehension in a class body sees the module, and the class only in its first iterable.
        let frame = FrameOf {
            scope,
            locals: Some(names),
            is_class: false,
            globals: frame.globals.clone(),
            nonlocals: Vec::new(),
            method: frame.method.clone(),
            yields: None,
            dotted: frame.dotted.clone(),
        };
        let Some(first) = generators.first() else { return Vec::new() };
        let place = self.span(&first.iter);
        let iterable = self.expression(&first.iter);
        let items = self.iterate(&iterable, place);
        self.frames.push(frame);
        let mut out = Vec::new();
        self.generate(generators, 0, items, &Cond::always(), &mut element, &mut out);
        self.frames.pop();
        out
    }

    fn generate(
        &mut self,
        generators: &'a [Comprehension],
        at: usize,
        items: Vec<Val<'a>>,
        when: &Cond,
        element: &mut dyn FnMut(&mut Self) -> Val<'a>,
        out: &mut Vec<Val<'a>>,
    ) {
        let generator = &generators[at];
        let place = self.span(&generator.iter);
        for item in items {
            if !self.step() || out.len() > 20_000 {
                let text = "the comprehension has too many elements";
                out.push(Val::Rest(Rc::new(Unknown::new(Why::TooDeep, text, Some(place)))));
                return;
            }
            let item = match item {
                Val::Rest(unknown) => {
                    out.push(Val::Rest(unknown));
                    continue;
                }
                item => item,
            };
            // Elements that may be absent, and conditions that are not known, make elements that may be absent.
            let cases: Vec<(Cond, Val<'a>)> = match &item {
                Val::OneOf(branches) => branches.to_vec(),
                other => vec![(Cond::always(), other.clone())],
            };
            let mut produced: Vec<(Cond, Vec<Val<'a>>)> = Vec::new();
            for (cond, item) in cases {
                let Some(cond) = self.atoms.and(when, &cond) else { continue };
                if item.is_unset() {
                    produced.push((cond, Vec::new()));
                    continue;
                }
                let (results, changes) = self.on_path(&cond, |me| {
                    me.assign(&generator.target, item, place);
                    let mut kept = vec![(Cond::always(), true)];
                    for test in &generator.ifs {
                        let text = me.source(test);
                        let test_place = me.span(test);
                        let mut next = Vec::new();
                        for (cond, so_far) in kept {
                            if !so_far {
                                next.push((cond, false));
                                continue;
                            }
                            let (cases, _) = me.on_path(&cond, |me| {
                                let value = me.expression(test);
                                me.truth(&value, &text, Some(test_place))
                            });
                            for (more, holds) in cases {
                                if let Some(both) = me.atoms.and(&cond, &more) {
                                    next.push((both, holds));
                                }
                            }
                        }
                        kept = next;
                    }
                    let mut results = Vec::new();
                    for (cond, holds) in kept {
                        if !holds {
                            results.push((cond, Vec::new()));
                            continue;
                        }
                        let (inner, _) = me.on_path(&cond, |me| {
                            let mut inner = Vec::new();
                            match generators.get(at + 1) {
                                None => inner.push(element(me)),
                                Some(next) => {
                                    let place = me.span(&next.iter);
                                    let iterable = me.expression(&next.iter);
                                    let items = me.iterate(&iterable, place);
                                    me.generate(
                                        generators,
                                        at + 1,
                                        items,
                                        &Cond::always(),
                                        element,
                                        &mut inner,
                                    );
                                }
                            }
                            inner
                        });
                        results.push((cond, inner));
                    }
                    results
                });
                // Names bound by `:=` inside stay.
                self.heap.apply(changes);
                for (more, items) in results {
                    if let Some(both) = self.atoms.and(&cond, &more) {
                        produced.push((both, items));
                    }
                }
            }
            match produced.len() {
                0 => {}
                1 => out.extend(produced.remove(0).1),
                _ => out.extend(self.join_lists(produced)),
            }
        }
    }
}
