//! The built-in functions.

use super::Evaluator;
use super::call::Keywords;
use super::ops::without_order;
use super::val::{CallVal, FunctionKind, Object, ROOT, Val};
use crate::value::{Cast, EnvValue, Why};
use barding_source::Span;
use std::rc::Rc;
use std::sync::Arc;

const FUNCTIONS: &[&str] = &[
    "abs",
    "all",
    "any",
    "bin",
    "bool",
    "bytearray",
    "bytes",
    "callable",
    "chr",
    "classmethod",
    "compile",
    "complex",
    "delattr",
    "dict",
    "dir",
    "divmod",
    "enumerate",
    "eval",
    "exec",
    "exit",
    "filter",
    "float",
    "format",
    "frozenset",
    "getattr",
    "globals",
    "hasattr",
    "hash",
    "hex",
    "id",
    "input",
    "int",
    "isinstance",
    "issubclass",
    "iter",
    "len",
    "list",
    "locals",
    "map",
    "max",
    "memoryview",
    "min",
    "next",
    "object",
    "oct",
    "open",
    "ord",
    "pow",
    "print",
    "property",
    "quit",
    "range",
    "repr",
    "reversed",
    "round",
    "set",
    "setattr",
    "slice",
    "sorted",
    "staticmethod",
    "str",
    "sum",
    "super",
    "tuple",
    "type",
    "vars",
    "zip",
    "__import__",
    "NotImplemented",
    "Ellipsis",
    "__debug__",
];

pub(super) fn is_builtin(name: &str) -> bool {
    FUNCTIONS.contains(&name)
        || name.starts_with(|c: char| c.is_ascii_uppercase())
            && (name.ends_with("Error") || name.ends_with("Exception") || name.ends_with("Warning"))
        || matches!(name, "SystemExit" | "KeyboardInterrupt" | "StopIteration")
}

impl<'a> Evaluator<'a> {
    /// A call of a built-in function; `None` when the name is not one.
    pub(super) fn builtin_call(
        &mut self,
        name: &str,
        arguments: &[Val<'a>],
        keywords: &Keywords<'a>,
        place: Span,
    ) -> Option<Val<'a>> {
        if name.contains('.') || !is_builtin(name) {
            return None;
        }
        Some(match (name, arguments) {
            ("bool", []) => Val::Bool(false),
            ("bool", [value]) => {
                let text = self.source_at(place);
                self.as_bool(value, &text, Some(place))
            }
            ("str", []) => Val::text(""),
            ("str", [value]) => self.as_text(value, place),
            ("str", [Val::Bytes(bytes), ..]) => match std::str::from_utf8(bytes) {
                Ok(text) => Val::text(text),
                Err(_) => self.not_modelled(place),
            },
            ("repr", [value]) => match self.repr(value) {
                Some(text) => Val::text(text),
                None => self.text_unknown(value, place),
            },
            ("int", []) => Val::Int(0),
            ("int", [value]) => self.each(value, &mut |me, value| me.as_int(value, place)),
            ("float", [value]) => self.each(value, &mut |me, value| match value {
                Val::Int(number) => Val::Float(*number as f64),
                Val::Float(_) => value.clone(),
                Val::Bool(known) => Val::Float(f64::from(u8::from(*known))),
                Val::Text(text) => me.float_of_text(text, place),
                Val::Env(env) if env.cast == Cast::Text => {
                    Val::Env(Rc::new(EnvValue { variable: env.variable.clone(), cast: Cast::Float, place }))
                }
                other => me.text_unknown(other, place),
            }),
            ("list", []) => self.list(Vec::new()),
            ("list", [value]) => self.collection(value, place, |me, items| me.list(items)),
            ("tuple", []) => Val::Tuple(Rc::from([])),
            ("tuple", [value]) => self.collection(value, place, |_, items| Val::Tuple(items.into())),
            ("set" | "frozenset", []) => self.set(Vec::new()),
            ("set" | "frozenset", [value]) => self.collection(value, place, |me, items| me.set(items)),
            ("dict", _) => {
                let Val::Object(id) = self.dict(Vec::new()) else { return None };
                for other in arguments {
                    self.update_dict(id, other, place);
                }
                self.update_keywords(id, keywords.clone(), place);
                Val::Object(id)
            }
            ("len", [value]) => self.each(value, &mut |me, value| me.length(value, place)),
            ("range", _) => {
                let numbers: Option<Vec<i64>> = arguments
                    .iter()
                    .map(|value| if let Val::Int(number) = value { Some(*number) } else { None })
                    .collect();
                let (from, to, step) = match numbers.as_deref() {
                    Some([to]) => (0, *to, 1),
                    Some([from, to]) => (*from, *to, 1),
                    Some([from, to, step]) if *step != 0 => (*from, *to, *step),
                    _ => return Some(self.not_modelled(place)),
                };
                let mut items = Vec::new();
                let mut at = from;
                while (step > 0 && at < to || step < 0 && at > to) && items.len() < 5_000 {
                    items.push(Val::Int(at));
                    let Some(next) = at.checked_add(step) else { break };
                    at = next;
                }
                if items.len() >= 5_000 {
                    return Some(self.unknown(Why::TooDeep, "the range is too long", Some(place)));
                }
                self.list(items)
            }
            ("enumerate", [value, rest @ ..]) => {
                let start = match rest.first().or(keywords.first().map(|(_, value)| value)) {
                    None => 0,
                    Some(Val::Int(start)) => *start,
                    Some(_) => return Some(self.not_modelled(place)),
                };
                let items = self.iterate(value, place);
                if items.iter().any(|item| matches!(item, Val::OneOf(_) | Val::Rest(_))) {
                    let value = self.not_modelled(place);
                    return Some(value);
                }
                let items = items
                    .into_iter()
                    .enumerate()
                    .map(|(at, item)| Val::Tuple(Rc::from([Val::Int(at as i64 + start), item])))
                    .collect();
                self.list(items)
            }
            ("zip", _) => {
                let lists: Vec<Vec<Val<'a>>> =
                    arguments.iter().map(|value| self.iterate(value, place)).collect();
                if lists.iter().flatten().any(|item| matches!(item, Val::OneOf(_) | Val::Rest(_))) {
                    return Some(self.not_modelled(place));
                }
                let shortest = lists.iter().map(Vec::len).min().unwrap_or(0);
                let rows = (0..shortest)
                    .map(|at| Val::Tuple(lists.iter().map(|list| list[at].clone()).collect()))
                    .collect();
                self.list(rows)
            }
            ("map", [function, values]) => {
                let function = function.clone();
                let items = self.iterate(values, place);
                let mut mapped = Vec::new();
                for item in items {
                    if matches!(item, Val::Rest(_)) {
                        mapped.push(item);
                        continue;
                    }
                    let value = self.each(&item, &mut |me, item| {
                        if item.is_unset() {
                            return Val::Unset;
                        }
                        me.call(&function, vec![item.clone()], Vec::new(), place)
                    });
                    mapped.push(value);
                }
                self.list(mapped)
            }
            ("filter", [function, values]) => {
                let function = function.clone();
                let items = self.iterate(values, place);
                let mut kept = Vec::new();
                for item in items {
                    if matches!(item, Val::Rest(_)) {
                        kept.push(item);
                        continue;
                    }
                    let value = self.each(&item, &mut |me, item| {
                        if item.is_unset() {
                            return Val::Unset;
                        }
                        let test = match &function {
                            Val::None => item.clone(),
                            function => me.call(function, vec![item.clone()], Vec::new(), place),
                        };
                        let text = me.source_at(place);
                        let cases = me.truth(&test, &text, Some(place));
                        let branches = cases
                            .into_iter()
                            .map(|(cond, holds)| (cond, if holds { item.clone() } else { Val::Unset }))
                            .collect();
                        me.one_of(branches)
                    });
                    if !value.is_unset() {
                        kept.push(value);
                    }
                }
                self.list(kept)
            }
            ("sorted", [value]) => {
                let items = self.iterate(value, place);
                match self.sorted(items, keywords, place) {
                    Some(items) => self.list(items),
                    None => self.not_modelled(place),
                }
            }
            ("reversed", [value]) => {
                let items = self.iterate(value, place);
                self.list(items.into_iter().rev().collect())
            }
            ("any" | "all", [value]) => {
                let items = without_order(self.iterate(value, place));
                let wanted = name == "any";
                let mut result = Val::Bool(!wanted);
                for item in items {
                    let text = self.source_at(place);
                    let test = if let Val::Rest(_) = item {
                        self.undecided(&item, &text, Some(place))
                    } else {
                        self.each(&item, &mut |me, item| {
                            if item.is_unset() {
                                Val::Bool(!wanted)
                            } else {
                                me.as_bool(item, &text, Some(place))
                            }
                        })
                    };
                    result = self.each(&result, &mut |_, so_far| match so_far {
                        Val::Bool(known) if *known == wanted => Val::Bool(wanted),
                        _ => test.clone(),
                    });
                }
                result
            }
            ("sum", [value]) => {
                let items = without_order(self.iterate(value, place));
                let total = items.iter().try_fold(0_i64, |total, item| match item {
                    Val::Int(number) => total.checked_add(*number),
                    _ => None,
                });
                match total {
                    Some(total) => Val::Int(total),
                    None => self.not_modelled(place),
                }
            }
            ("min" | "max", _) if keywords.is_empty() && !arguments.is_empty() => {
                let items = match arguments {
                    [value] => without_order(self.iterate(value, place)),
                    several => several.to_vec(),
                };

                self.each_of(&items, &mut |me, items| {
                    let mut best: Option<Val<'a>> = None;
                    for item in items {
                        best = match best {
                            None => Some(item.clone()),
                            Some(known) => match me.order(item, &known) {
                                Some(order) if order.is_lt() == (name == "min") && order.is_ne() => {
                                    Some(item.clone())
                                }
                                Some(_) => Some(known),
                                None => return me.not_modelled(place),
                            },
                        };
                    }
                    best.unwrap_or(Val::None)
                })
            }
            ("abs", [Val::Int(number)]) => {
                number.checked_abs().map_or_else(|| self.not_modelled(place), Val::Int)
            }
            ("round", [Val::Int(number)]) => Val::Int(*number),
            ("chr", [Val::Int(code)]) => match u32::try_from(*code).ok().and_then(char::from_u32) {
                Some(letter) if letter != ROOT => Val::text(letter.to_string()),
                _ => self.not_modelled(place),
            },
            ("print" | "input" | "delattr", _) => Val::None,
            ("iter", [value]) => value.clone(),
            ("next", [value, rest @ ..]) => {
                let items = self.iterate(value, place);
                match (items.first(), rest.first()) {
                    (None, Some(default)) => default.clone(),
                    (None, None) => self.raised("StopIteration", "there is no element", Some(place)),
                    (Some(Val::Rest(_)), _) => self.not_modelled(place),
                    (Some(_), default) => {
                        let default = default.cloned();
                        let Some(lists) = self.explode(&items, 16) else {
                            return Some(self.not_modelled(place));
                        };
                        let branches = lists
                            .into_iter()
                            .map(|(cond, list)| {
                                let value = list.first().cloned().or_else(|| default.clone());
                                (cond, value.unwrap_or(Val::Unset))
                            })
                            .collect();
                        let value = self.one_of(branches);
                        self.demand(value, "StopIteration", "there may be no element", Some(place))
                    }
                }
            }
            ("isinstance", [value, types]) => {
                let types = types.clone();
                self.each(value, &mut |me, value| match me.is_instance(value, &types) {
                    Some(known) => Val::Bool(known),
                    None => {
                        let text = me.source_at(place);
                        let unknown = me.unknown(Why::RunsCode, text.clone(), Some(place));
                        me.undecided(&unknown, &text, Some(place))
                    }
                })
            }
            ("type", [value]) => match type_name(self, value) {
                Some(name) => Val::Name(name.into()),
                None => match value {
                    Val::Instance(instance) => Val::Class(instance.class.clone()),
                    _ => self.not_modelled(place),
                },
            },
            ("callable", [value]) => match value {
                Val::Function(_) | Val::Class(_) | Val::Bound(_) | Val::Method(_) => Val::Bool(true),
                Val::Text(_) | Val::Int(_) | Val::Bool(_) | Val::None | Val::Object(_) | Val::Tuple(_) => {
                    Val::Bool(false)
                }
                _ => self.not_modelled(place),
            },
            ("getattr", [owner, name, rest @ ..]) => {
                let default = rest.first().cloned();
                let name = name.clone();
                self.each_pair(owner, &name, &mut |me, owner, name| {
                    let Val::Text(name) = name else { return me.not_modelled(place) };
                    match &default {
                        None => me.attribute(owner, name, place),
                        Some(default) => me.attribute_or(owner, name, default, place),
                    }
                })
            }
            ("hasattr", [owner, name]) => {
                let name = name.clone();
                self.each_pair(owner, &name, &mut |me, owner, name| {
                    let Val::Text(name) = name else { return me.not_modelled(place) };
                    let found = me.attribute_or(owner, name, &Val::Unset, place);
                    me.each(&found, &mut |me, found| match found {
                        Val::Unset => Val::Bool(false),
                        Val::Unknown(_) | Val::Method(_) | Val::Name(_) | Val::Call(_) => {
                            let text = me.source_at(place);
                            let unknown = me.unknown(Why::RunsCode, text.clone(), Some(place));
                            me.undecided(&unknown, &text, Some(place))
                        }
                        _ => Val::Bool(true),
                    })
                })
            }
            ("setattr", [owner, name, value]) => {
                let value = value.clone();
                let name = name.clone();
                let owner = owner.clone();
                self.each_pair(&owner, &name, &mut |me, owner, name| {
                    match (owner, name) {
                        (_, Val::Text(name)) => me.set_attribute(owner, name, value.clone(), place),
                        (Val::Module(module), _) => me.forget_names(module.names, place),
                        (Val::Class(class), _) => me.forget_names(class.names, place),
                        (Val::Instance(instance), _) => me.forget_names(instance.names, place),
                        _ => {}
                    }
                    Val::None
                })
            }
            ("vars", [owner]) => self.attribute(owner, "__dict__", place),
            ("dir", [Val::Module(module)]) => {
                let names = self.heap.names(module.names).cloned().unwrap_or_default();
                let mut items: Vec<Val<'a>> = names.slots.into_keys().map(Val::Text).collect();
                if let Some(unknown) = names.open {
                    items.push(Val::Rest(Rc::new(unknown)));
                }
                self.list(items)
            }
            ("dir", [Val::Class(_) | Val::Instance(_)]) => {
                let (class, mut names): (_, Vec<Arc<str>>) = match &arguments[0] {
                    Val::Instance(instance) => {
                        let own = self.heap.names(instance.names);
                        let own = own.map(|names| names.slots.keys().cloned().collect());
                        (instance.class.clone(), own.unwrap_or_default())
                    }
                    Val::Class(class) => (class.clone(), Vec::new()),
                    _ => return Some(self.not_modelled(place)),
                };
                for ancestor in self.ancestry(&class) {
                    if let Some(known) = self.heap.names(ancestor.names) {
                        names.extend(known.slots.keys().cloned());
                    }
                }
                names.sort();
                names.dedup();
                self.list(names.into_iter().map(Val::Text).collect())
            }
            ("exec" | "execfile", _) => self.exec(name, arguments, place),
            ("eval", [Val::Text(text)]) => {
                let text = text.clone();
                self.literal(&text, place)
            }
            ("__import__", [Val::Text(name)]) => self.import_module(&name.clone(), place),
            ("property", [Val::Function(function), ..]) => {
                let info = super::val::FunctionInfo {
                    dotted: function.dotted.clone(),
                    code: function.code,
                    scope: function.scope.clone(),
                    defaults: function.defaults.clone(),
                    kind: FunctionKind::Property,
                    class: function.class.clone(),
                };
                Val::Function(Rc::new(info))
            }
            ("object", []) => Val::Call(Rc::new(CallVal {
                callee: "object".into(),
                arguments: Vec::new(),
                keywords: Vec::new(),
                place,
            })),
            ("open", _) => Val::Call(Rc::new(CallVal {
                callee: "open".into(),
                arguments: arguments.to_vec(),
                keywords: keywords.clone(),
                place,
            })),
            (name, _) if name.ends_with("Error") || name.ends_with("Exception") || name == "SystemExit" => {
                Val::Call(Rc::new(CallVal {
                    callee: name.into(),
                    arguments: arguments.to_vec(),
                    keywords: keywords.clone(),
                    place,
                }))
            }
            _ => self.not_modelled(place),
        })
    }

    fn collection(
        &mut self,
        value: &Val<'a>,
        place: Span,
        build: impl Fn(&mut Self, Vec<Val<'a>>) -> Val<'a>,
    ) -> Val<'a> {
        self.each(value, &mut |me, value| {
            if let Val::Env(env) = value
                && env.cast == Cast::List
            {
                return value.clone();
            }
            let items = me.iterate(value, place);
            build(me, items)
        })
    }

    pub(super) fn as_int(&mut self, value: &Val<'a>, place: Span) -> Val<'a> {
        match value {
            Val::Int(_) => value.clone(),
            Val::Bool(known) => Val::Int(i64::from(*known)),
            Val::Float(number) if number.is_finite() && number.abs() < 9e15 => {
                Val::Int(number.trunc() as i64)
            }
            Val::Text(text) => match int_of(text) {
                Some(number) => Val::Int(number),
                None => self.raised("ValueError", format!("'{text}' is not an integer"), Some(place)),
            },
            Val::Env(env) if matches!(env.cast, Cast::Text | Cast::Int) => {
                Val::Env(Rc::new(EnvValue { variable: env.variable.clone(), cast: Cast::Int, place }))
            }
            Val::None => self.raised("TypeError", "`None` is not a number", Some(place)),
            other => self.text_unknown(other, place),
        }
    }

    /// `float(text)`; what is no number or no finite one is not told.
    pub(super) fn float_of_text(&mut self, text: &str, place: Span) -> Val<'a> {
        let trimmed = text.trim();
        let written = trimmed.replace('_', "");
        let grouped = trimmed.contains('_') && int_of(trimmed).is_none();
        match written.parse::<f64>() {
            Ok(number) if number.is_finite() && !grouped => Val::Float(number),
            Ok(_) => self.not_modelled(place),
            Err(_) => self.raised("ValueError", format!("'{text}' is not a number"), Some(place)),
        }
    }

    fn length(&mut self, value: &Val<'a>, place: Span) -> Val<'a> {
        let items = match value {
            Val::Text(text) if !text.contains(ROOT) => return Val::Int(text.chars().count() as i64),
            Val::Bytes(bytes) => return Val::Int(bytes.len() as i64),
            Val::Tuple(items) => items.to_vec(),
            Val::Object(id) => match self.heap.get(*id).clone() {
                Object::List(items) | Object::Set(items) => items,
                Object::Dict(_) => self.iterate(value, place),
                _ => return self.not_modelled(place),
            },
            other => return self.text_unknown(other, place),
        };
        let items = without_order(items);
        if items.iter().any(|item| matches!(item, Val::Rest(_))) {
            return self.not_modelled(place);
        }
        match self.explode(&items, 16) {
            Some(lists) => {
                let branches =
                    lists.into_iter().map(|(cond, list)| (cond, Val::Int(list.len() as i64))).collect();
                self.one_of(branches)
            }
            None => self.not_modelled(place),
        }
    }

    /// `getattr(owner, name, default)`.
    fn attribute_or(&mut self, owner: &Val<'a>, name: &str, default: &Val<'a>, place: Span) -> Val<'a> {
        let found = match owner {
            Val::Module(module) => {
                let names = self.heap.names(module.names).cloned().unwrap_or_default();
                match names.slots.get(name) {
                    Some(slot) => slot.val.clone(),
                    None => match names.open {
                        Some(unknown) => Val::Unknown(Rc::new(unknown)),
                        None => Val::Unset,
                    },
                }
            }
            Val::Class(class) => match self.class_attribute(&class.clone(), name) {
                Some(_) => self.attribute(owner, name, place),
                None if self.has_outside_base(class) => return self.not_modelled(place),
                None => Val::Unset,
            },
            Val::Instance(instance) => {
                let instance = instance.clone();
                let own = self.slot(instance.names, name);
                match own {
                    Some(value) => value,
                    None if self.class_attribute(&instance.class, name).is_some()
                        || self.class_attribute(&instance.class, "__getattr__").is_some() =>
                    {
                        self.attribute(owner, name, place)
                    }
                    None if self.has_outside_base(&instance.class) => return self.not_modelled(place),
                    None => Val::Unset,
                }
            }
            Val::None | Val::Bool(_) | Val::Int(_) => Val::Unset,
            Val::Name(dotted) if &**dotted == "django.conf.settings" => match self.url_setting(name, place) {
                Some(value) => value,
                None => self.attribute(owner, name, place),
            },
            _ => self.attribute(owner, name, place),
        };
        let default = default.clone();
        self.each(&found, &mut |_, value| if value.is_unset() { default.clone() } else { value.clone() })
    }

    fn is_instance(&mut self, value: &Val<'a>, types: &Val<'a>) -> Option<bool> {
        match types {
            Val::Tuple(types) => {
                let known: Vec<Option<bool>> = types.iter().map(|one| self.is_instance(value, one)).collect();
                if known.contains(&Some(true)) {
                    Some(true)
                } else if known.contains(&None) {
                    None
                } else {
                    Some(false)
                }
            }
            Val::Name(wanted) => match value {
                Val::Env(env) => match env.cast {
                    Cast::Text => Some(&**wanted == "str"),
                    _ => None,
                },
                _ => {
                    let own = type_name(self, value)?;
                    let wanted = wanted.rsplit('.').next().unwrap_or_default();
                    Some(
                        own == wanted
                            || own == "bool" && wanted == "int"
                            || matches!(
                                (own, wanted),
                                (
                                    "list" | "tuple" | "dict" | "set" | "str",
                                    "Iterable" | "Container" | "Sized"
                                )
                            )
                            || matches!((own, wanted), ("list" | "tuple" | "str", "Sequence"))
                            || matches!((own, wanted), ("dict", "Mapping"))
                            || wanted == "object",
                    )
                }
            },
            Val::Class(wanted) => match value {
                Val::Instance(instance) => {
                    Some(self.ancestry(&instance.class).iter().any(|known| Rc::ptr_eq(known, wanted)))
                }
                Val::Unknown(_) | Val::Call(_) | Val::Env(_) => None,
                _ => Some(false),
            },
            _ => None,
        }
    }
}

/// The built-in type of a value.
fn type_name<'a>(me: &Evaluator<'a>, value: &Val<'a>) -> Option<&'static str> {
    Some(match value {
        Val::None => "NoneType",
        Val::Bool(_) => "bool",
        Val::Int(_) => "int",
        Val::Float(_) => "float",
        Val::Text(_) => "str",
        Val::Bytes(_) => "bytes",
        Val::Path(_) => "Path",
        Val::Tuple(_) => "tuple",
        Val::Object(id) => match me.heap.get(*id) {
            Object::List(_) => "list",
            Object::Set(_) => "set",
            Object::Dict(_) | Object::View(_) => "dict",
            Object::Names(_) => return None,
        },
        Val::Function(_) | Val::Bound(_) => "function",
        Val::Module(_) => "module",
        Val::Class(_) => "type",
        _ => return None,
    })
}

/// `int(text)`.
pub(super) fn int_of(text: &str) -> Option<i64> {
    let trimmed = text.trim();
    let digits = trimmed.strip_prefix(['+', '-']).unwrap_or(trimmed);
    let fine = !digits.is_empty()
        && digits.chars().all(|c| c.is_ascii_digit() || c == '_')
        && !digits.starts_with('_')
        && !digits.ends_with('_')
        && !digits.contains("__");
    if !fine {
        return None;
    }
    trimmed.replace('_', "").parse().ok()
}
