//! Expressions: each gives a value.

use super::body::{Body, Piece};
use super::taint::{COMPUTED, Marks, Shape, Value, join_entry, key};
use crate::code::*;
use std::sync::Arc;

impl<'w> Body<'w> {
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

    pub(super) fn dict(&mut self, items: &'w [(Option<ExprId>, ExprId)], expr: ExprId) -> Value {
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
                        let mut name = self.settled(name).derived(expr.0 << 1, 0);
                        name.shape = Shape::Unknown;
                        if !name.taints.is_empty() {
                            join_entry(&mut known, COMPUTED, &name);
                        }
                        all.absorb(&name);
                        rest.absorb(&value);
                    }
                },
                None => match &value.shape {
                    Shape::Dict(items, more) => {
                        known.extend(items.iter().take(64).cloned());
                        rest.absorb(more);
                    }
                    shape => {
                        if matches!(shape, Shape::Bag | Shape::Unknown) && !value.taints.is_empty() {
                            join_entry(&mut known, COMPUTED, &value.derived(expr.0 << 1, 0));
                        }
                        rest.absorb(&value);
                    }
                },
            }
        }
        all.built = None;
        Value { shape: Shape::Dict(Arc::new(known), Arc::new(rest)), text: None, ..all }
    }

    pub(super) fn comprehension(&mut self, comprehension: &'w ComprehensionSyntax, expr: ExprId) -> Value {
        let mark = self.env.mark();
        for generator in &comprehension.generators {
            let iterable = self.eval(generator.iterable);
            self.assign_item(generator.target, generator.iterable, &iterable);
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
                let mut known = Vec::new();
                if let Some(key_value) = key_value {
                    let keys = Value { open: Marks::NONE, ..key_value.derived(expr.0 << 1, 0) };
                    result.absorb(&keys);
                    if !keys.taints.is_empty() {
                        known.push((COMPUTED, keys));
                    }
                }
                result.shape = Shape::Dict(Arc::new(known), Arc::new(element));
            }
            _ => result.shape = Shape::List(Arc::new(element)),
        }
        result
    }

    pub(super) fn binary(&mut self, op: BinaryOp, left: ExprId, right: ExprId, expr: ExprId) -> Value {
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
                // What is in both sets is in ours.
                if op == BinaryOp::And && right.is_constant() {
                    return right;
                }
                if !(op == BinaryOp::And && left.is_constant()) {
                    left.absorb(&right);
                }
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
}
