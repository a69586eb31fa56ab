//! From values during evaluation to the values of the model.

use super::Evaluator;
use super::cond::Cond;
use super::val::{ABOVE, Object, ROOT, Val};
use crate::value::{Branch, CallValue, Condition, Truth, Unknown, Value, Why};
use std::sync::Arc;

/// How deep values nest in the model.
const DEEPEST: usize = 24;
/// How many lists a list with uncertain elements may become.
const MOST_LISTS: usize = 8;

impl<'a> Evaluator<'a> {
    /// The value as the model keeps it.
    pub(super) fn freeze(&mut self, val: &Val<'a>) -> Value {
        let mut budget = 40_000;
        self.freeze_at(val, 0, &mut budget)
    }

    fn freeze_at(&mut self, val: &Val<'a>, depth: usize, budget: &mut usize) -> Value {
        if depth > DEEPEST || *budget == 0 {
            return Value::unknown(Why::TooDeep, "the value is too large", None);
        }
        *budget -= 1;
        match val {
            Val::None => Value::None,
            Val::Ellipsis => Value::Name("Ellipsis".into()),
            Val::Bool(known) => Value::Bool(*known),
            Val::Int(number) => Value::Int(*number),
            Val::Float(number) => Value::Float(*number),
            Val::Text(text) => Value::Text(shown(text)),
            Val::Path(path) => Value::Path(shown(path)),
            Val::Bytes(bytes) => Value::Bytes(bytes.clone()),
            Val::Tuple(items) => {
                let items = items.to_vec();
                self.freeze_items(&items, depth, budget, Value::Tuple)
            }
            Val::Object(id) => match self.heap.get(*id).clone() {
                Object::List(items) => self.freeze_items(&items, depth, budget, Value::List),
                Object::Set(items) => self.freeze_items(&items, depth, budget, Value::Set),
                Object::Dict(entries) => {
                    let mut frozen = Vec::with_capacity(entries.len());
                    for (key, value) in entries {
                        let key = self.freeze_at(&key, depth + 1, budget);
                        let value = self.freeze_at(&value, depth + 1, budget);
                        if value != Value::Unset {
                            frozen.push((key, value));
                        }
                    }
                    Value::Dict(frozen.into())
                }
                Object::Names(_) | Object::View(_) => {
                    Value::unknown(Why::RunsCode, "it is a whole namespace", None)
                }
            },
            Val::Module(module) => Value::Name(module.name.clone()),
            Val::Class(class) => Value::Name(class.dotted.clone()),
            Val::Function(function) => Value::Name(function.dotted.clone()),
            Val::Bound(bound) => Value::Name(bound.1.dotted.clone()),
            Val::Name(name) => Value::Name(name.clone()),
            // An attribute of something that is not evaluated: `router.urls`, `config.DEBUG`.
            Val::Method(method) => match self.freeze_at(&method.0, depth + 1, budget) {
                Value::Call(call) => Value::Call(Arc::new(CallValue {
                    callee: format!("{}().{}", call.callee, method.1).into(),
                    arguments: vec![Value::Call(call.clone())],
                    keywords: Vec::new(),
                    place: call.place,
                })),
                Value::Name(name) => Value::Name(format!("{name}.{}", method.1).into()),
                _ => Value::unknown(Why::RunsCode, format!("a method `{}`", method.1), None),
            },
            Val::Instance(instance) => Value::Call(Arc::new(CallValue {
                callee: instance.class.dotted.clone(),
                arguments: vec![Value::Rest(Unknown::new(
                    Why::RunsCode,
                    "an instance of a class of the project",
                    Some(instance.place),
                ))],
                keywords: Vec::new(),
                place: instance.place,
            })),
            Val::Call(call) => {
                let arguments = call
                    .arguments
                    .iter()
                    .map(|argument| self.freeze_at(argument, depth + 1, budget))
                    .collect();
                let keywords = call
                    .keywords
                    .iter()
                    .map(|(name, value)| (name.clone(), self.freeze_at(value, depth + 1, budget)))
                    .collect();
                Value::Call(Arc::new(CallValue {
                    callee: call.callee.clone(),
                    arguments,
                    keywords,
                    place: call.place,
                }))
            }
            Val::Env(env) => Value::Env(Arc::new((**env).clone())),
            Val::OneOf(_) => {
                let mut branches = Vec::new();
                for (cond, value) in self.cases(val) {
                    let value = self.freeze_at(&value, depth + 1, budget);
                    branches.push(Branch { when: self.atoms.shown(&cond), value });
                }
                Value::one_of(branches)
            }
            Val::Rest(unknown) => Value::Rest((**unknown).clone()),
            Val::Unknown(unknown) => Value::Unknown((**unknown).clone()),
            Val::Unset => Value::Unset,
        }
    }

    /// A sequence. Where few elements are uncertain it becomes a choice between whole sequences, because that is what
    /// Django sees; where many are, each says for itself when it is there.
    fn freeze_items(
        &mut self,
        items: &[Val<'a>],
        depth: usize,
        budget: &mut usize,
        build: fn(Arc<[Value]>) -> Value,
    ) -> Value {
        let uncertain = items.iter().any(|item| matches!(item, Val::OneOf(_)));
        if uncertain {
            if let Some(lists) = self.explode(items, MOST_LISTS) {
                let mut branches = Vec::new();
                for (cond, items) in lists {
                    let frozen: Vec<Value> =
                        items.iter().map(|item| self.freeze_at(item, depth + 1, budget)).collect();
                    branches.push(Branch { when: self.atoms.shown(&cond), value: build(frozen.into()) });
                }
                return Value::one_of(branches);
            }
            let loose: Vec<Value> =
                items.iter().map(|item| self.freeze_at(item, depth + 1, budget)).collect();
            let Some(sure) = self.when_unset(items) else { return build(loose.into()) };
            let sure: Vec<Value> = sure.iter().map(|item| self.freeze_at(item, depth + 1, budget)).collect();
            return Value::one_of([
                Branch {
                    when: Condition::new("no environment variable is set", None, Truth::Yes),
                    value: build(sure.into()),
                },
                Branch {
                    when: Condition::new("environment variables are set", None, Truth::No),
                    value: build(loose.into()),
                },
            ]);
        }
        build(items.iter().map(|item| self.freeze_at(item, depth + 1, budget)).collect())
    }

    /// The sequence when no environment variable is set, where that is sure.
    fn when_unset(&mut self, items: &[Val<'a>]) -> Option<Vec<Val<'a>>> {
        let mut chosen = Vec::new();
        for item in items {
            if let Val::OneOf(branches) = item {
                let (_, value) =
                    branches.iter().find(|(cond, _)| self.atoms.when_unset(cond) == Truth::Yes)?;
                if !value.is_unset() {
                    chosen.push(value.clone());
                }
            } else {
                chosen.push(item.clone());
            }
        }
        Some(chosen)
    }

    /// The sequences that one with uncertain elements may be; `None` when there are more than `most`.
    pub(super) fn explode(&mut self, items: &[Val<'a>], most: usize) -> Option<Vec<(Cond, Vec<Val<'a>>)>> {
        let mut lists: Vec<(Cond, Vec<Val<'a>>)> = vec![(Cond::always(), Vec::new())];
        for item in items {
            let Val::OneOf(branches) = item else {
                if !item.is_unset() {
                    for (_, list) in &mut lists {
                        list.push(item.clone());
                    }
                }
                continue;
            };
            let mut next = Vec::new();
            for (cond, list) in &lists {
                for (when, value) in branches.iter() {
                    let Some(both) = self.atoms.and(cond, when) else { continue };
                    if self.atoms.and(&self.path, &both).is_none() {
                        continue;
                    }
                    let mut list = list.clone();
                    if !value.is_unset() {
                        list.push(value.clone());
                    }
                    next.push((both, list));
                    if next.len() > most {
                        return None;
                    }
                }
            }
            lists = next;
        }
        Some(lists)
    }
}

/// The text with the audited folder spelled out.
fn shown(text: &Arc<str>) -> Arc<str> {
    if !text.contains(ROOT) {
        return text.clone();
    }
    let mut shown = String::new();
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter != ROOT {
            shown.push(letter);
            continue;
        }
        shown.push_str("<root");
        while letters.next_if_eq(&ABOVE).is_some() {
            shown.push_str("/..");
        }
        shown.push('>');
    }
    shown.into()
}
