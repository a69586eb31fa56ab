//! Methods of the built-in types.

use super::Evaluator;
use super::call::Keywords;
use super::ops::{bound, environment, is_no_order, without_order};
use super::val::{CallVal, Id, Object, ROOT, Val};
use crate::value::{Cast, EnvValue, Unknown, Why};
use barding_source::Span;
use std::rc::Rc;
use std::sync::Arc;

impl<'a> Evaluator<'a> {
    pub(super) fn call_method(
        &mut self,
        owner: &Val<'a>,
        name: &Arc<str>,
        arguments: Vec<Val<'a>>,
        keywords: Keywords<'a>,
        place: Span,
    ) -> Val<'a> {
        self.record_call(owner, name, &arguments, &keywords, place);
        match owner {
            Val::Text(text) => {
                let text = text.clone();
                if keywords.is_empty() || &**name == "format" {
                    if &**name == "format" {
                        return self.format_method(&text, &arguments, &keywords, place);
                    }
                    return self.each_of(&arguments, &mut |me, arguments| {
                        me.text_method(&text, name, arguments, place)
                    });
                }
                let mut arguments = arguments;
                arguments.extend(keywords.into_iter().map(|(_, value)| value));
                self.each_of(&arguments, &mut |me, arguments| me.text_method(&text, name, arguments, place))
            }
            Val::Object(id) => self.object_method(*id, owner, name, arguments, keywords, place),
            Val::Tuple(items) => {
                let items = items.clone();
                match (&**name, arguments.first()) {
                    ("count", Some(item)) if items.iter().all(super::ops::is_plain) => {
                        Val::Int(items.iter().filter(|known| known.same(item)).count() as i64)
                    }
                    ("index", Some(item)) if items.iter().all(super::ops::is_plain) => {
                        match items.iter().position(|known| known.same(item)) {
                            Some(at) => Val::Int(at as i64),
                            None => self.raised("ValueError", "it is not in the tuple", Some(place)),
                        }
                    }
                    _ => self.not_modelled(place),
                }
            }
            Val::Bytes(bytes) => match &**name {
                "decode" => match std::str::from_utf8(bytes) {
                    Ok(text) => Val::text(text),
                    Err(_) => self.not_modelled(place),
                },
                _ => self.not_modelled(place),
            },
            Val::Env(env) => self.env_method(&env.clone(), name, &arguments, place),
            Val::Path(path) => self.path_method(&path.clone(), name, arguments, place),
            Val::Unknown(_) => owner.clone(),
            Val::Call(call) => {
                let call = call.clone();
                if let Some(value) = self.reader_method(&call, name, &arguments, &keywords, place) {
                    return value;
                }
                if let Some(value) = self.file_method(&call, name, &arguments, place) {
                    return value;
                }
                let callee = format!("{}().{name}", call.callee);
                let mut all = vec![owner.clone()];
                all.extend(arguments);
                Val::Call(Rc::new(CallVal { callee: callee.into(), arguments: all, keywords, place }))
            }
            Val::Instance(instance) => {
                let instance = instance.clone();
                if let Some(value) = self.instance_method(&instance, name, &arguments, &keywords, place) {
                    return value;
                }
                let callee = format!("{}().{name}", instance.class.dotted);
                Val::Call(Rc::new(CallVal { callee: callee.into(), arguments, keywords, place }))
            }
            Val::OneOf(_) => self.each(owner, &mut |me, owner| {
                me.call_method(owner, name, arguments.clone(), keywords.clone(), place)
            }),
            _ => self.not_modelled(place),
        }
    }

    fn text_method(&mut self, text: &Arc<str>, name: &str, arguments: &[Val<'a>], place: Span) -> Val<'a> {
        for argument in arguments {
            match argument {
                Val::Unknown(_) => return argument.clone(),
                Val::Env(env) if name != "join" => {
                    let why = environment(&env.variable, place);
                    return Val::Unknown(why);
                }
                _ => {}
            }
        }
        let first = arguments.first();
        let first_text = first.and_then(Val::as_text);
        if text.contains(ROOT) || first_text.is_some_and(|first| first.contains(ROOT)) {
            return self.rooted_method(text, name, arguments, place);
        }
        let strings = |me: &mut Self, parts: Vec<&str>| {
            let items = parts.into_iter().map(Val::text).collect();
            me.list(items)
        };
        match (name, first_text) {
            ("lower" | "casefold", None) => Val::text(text.to_lowercase()),
            ("upper", None) => Val::text(text.to_uppercase()),
            ("title", None) if text.is_ascii() => Val::text(title(text)),
            ("capitalize", None) => {
                let mut letters = text.chars();
                let first: String = letters.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
                Val::text(first + &letters.as_str().to_lowercase())
            }
            ("swapcase", None) if text.is_ascii() => {
                Val::text(
                    text.chars()
                        .map(|c| {
                            if c.is_ascii_uppercase() {
                                c.to_ascii_lowercase()
                            } else {
                                c.to_ascii_uppercase()
                            }
                        })
                        .collect::<String>(),
                )
            }
            ("strip", None) if no_text(first) => Val::text(text.trim_matches(is_space)),
            ("lstrip", None) if no_text(first) => Val::text(text.trim_start_matches(is_space)),
            ("rstrip", None) if no_text(first) => Val::text(text.trim_end_matches(is_space)),
            ("strip", Some(set)) => Val::text(text.trim_matches(|c| set.contains(c))),
            ("lstrip", Some(set)) => Val::text(text.trim_start_matches(|c| set.contains(c))),
            ("rstrip", Some(set)) => Val::text(text.trim_end_matches(|c| set.contains(c))),
            ("split", None) if no_text(first) && arguments.len() <= 1 => {
                let parts: Vec<&str> = text.split(is_space).filter(|part| !part.is_empty()).collect();
                strings(self, parts)
            }
            ("split" | "rsplit", Some(separator)) if !separator.is_empty() => {
                let most = match arguments.get(1) {
                    None | Some(Val::Int(-1)) => None,
                    Some(Val::Int(most)) if *most >= 0 => Some(*most as usize + 1),
                    _ => return self.not_modelled(place),
                };
                let mut parts: Vec<&str> = match (name, most) {
                    (_, None) => text.split(separator).collect(),
                    ("split", Some(most)) => text.splitn(most, separator).collect(),
                    (_, Some(most)) => text.rsplitn(most, separator).collect(),
                };
                if name == "rsplit" && most.is_some() {
                    parts.reverse();
                }
                strings(self, parts)
            }
            ("splitlines", None) if arguments.is_empty() => {
                let parts = text.lines().collect();
                strings(self, parts)
            }
            ("partition", Some(separator)) if !separator.is_empty() => {
                let (a, b, c) = match text.split_once(separator) {
                    Some((a, c)) => (a, separator, c),
                    None => (&**text, "", ""),
                };
                Val::Tuple(Rc::from([Val::text(a), Val::text(b), Val::text(c)]))
            }
            ("rpartition", Some(separator)) if !separator.is_empty() => {
                let (a, b, c) = match text.rsplit_once(separator) {
                    Some((a, c)) => (a, separator, c),
                    None => ("", "", &**text),
                };
                Val::Tuple(Rc::from([Val::text(a), Val::text(b), Val::text(c)]))
            }
            ("startswith" | "endswith", _) => match first {
                Some(Val::Text(part)) if arguments.len() == 1 => Val::Bool(if name == "startswith" {
                    text.starts_with(&**part)
                } else {
                    text.ends_with(&**part)
                }),
                Some(Val::Tuple(parts)) if arguments.len() == 1 => {
                    let known: Option<Vec<bool>> = parts
                        .iter()
                        .map(|part| {
                            let part = part.as_text()?;
                            Some(if name == "startswith" {
                                text.starts_with(part)
                            } else {
                                text.ends_with(part)
                            })
                        })
                        .collect();
                    match known {
                        Some(known) => Val::Bool(known.contains(&true)),
                        None => self.not_modelled(place),
                    }
                }
                _ => self.not_modelled(place),
            },
            ("replace", Some(old)) if arguments.len() == 2 => match &arguments[1] {
                Val::Text(new) if text.len().saturating_mul(new.len() + 1) < 5_000_000 => {
                    Val::text(text.replace(old, new))
                }
                _ => self.not_modelled(place),
            },
            ("removeprefix", Some(part)) => Val::text(text.strip_prefix(part).unwrap_or(text)),
            ("removesuffix", Some(part)) => Val::text(text.strip_suffix(part).unwrap_or(text)),
            ("join", _) => self.join_texts(text, first, place),
            ("isdigit" | "isnumeric" | "isdecimal", None) if text.is_ascii() => {
                Val::Bool(!text.is_empty() && text.chars().all(|c| c.is_ascii_digit()))
            }
            ("isalpha", None) if text.is_ascii() => {
                Val::Bool(!text.is_empty() && text.chars().all(|c| c.is_ascii_alphabetic()))
            }
            ("isalnum", None) if text.is_ascii() => {
                Val::Bool(!text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric()))
            }
            ("isupper", None) if text.is_ascii() => Val::Bool(
                text.chars().any(|c| c.is_ascii_uppercase()) && !text.chars().any(|c| c.is_ascii_lowercase()),
            ),
            ("islower", None) if text.is_ascii() => Val::Bool(
                text.chars().any(|c| c.is_ascii_lowercase()) && !text.chars().any(|c| c.is_ascii_uppercase()),
            ),
            ("isspace", None) => Val::Bool(!text.is_empty() && text.chars().all(is_space)),
            ("find", Some(part)) if arguments.len() == 1 => {
                let at = text.find(part).map(|at| text[..at].chars().count() as i64);
                Val::Int(at.unwrap_or(-1))
            }
            ("count", Some(part)) if arguments.len() == 1 && !part.is_empty() => {
                Val::Int(text.matches(part).count() as i64)
            }
            ("encode", _) => Val::Bytes(text.as_bytes().into()),
            ("format_map", _) => self.not_modelled(place),
            ("zfill", _) => match first {
                Some(Val::Int(width)) if (0..1000).contains(width) && !text.starts_with(['+', '-']) => {
                    let width = *width as usize;
                    let missing = width.saturating_sub(text.chars().count());
                    Val::text("0".repeat(missing) + text)
                }
                _ => self.not_modelled(place),
            },
            _ => self.not_modelled(place),
        }
    }

    /// A text that holds the audited folder's path: only what does not depend on that path is told.
    fn rooted_method(&mut self, text: &Arc<str>, name: &str, arguments: &[Val<'a>], place: Span) -> Val<'a> {
        let machine = |me: &mut Self| {
            let text = format!("`{}` depends on where the project is", me.source_at(place));
            me.unknown(Why::Machine, text, Some(place))
        };
        let first = arguments.first().and_then(Val::as_text);
        match (name, first) {
            ("join", _) => self.join_texts(text, arguments.first(), place),
            ("endswith", Some(part)) => {
                let after = text.rsplit(ROOT).next().unwrap_or_default();
                if after.ends_with(part) {
                    Val::Bool(true)
                } else if after.len() >= part.len() || !part.ends_with(after) {
                    Val::Bool(false)
                } else {
                    machine(self)
                }
            }
            ("startswith", Some(part)) if text.starts_with(part) => Val::Bool(true),
            ("startswith", Some(part)) if text.starts_with(ROOT) && !part.starts_with('/') => {
                Val::Bool(part.is_empty())
            }
            ("rstrip", Some(set))
                if text.trim_end_matches(|c| set.contains(c)).ends_with(ROOT) && !set.contains('/') =>
            {
                machine(self)
            }
            ("rstrip", Some(set)) => Val::text(text.trim_end_matches(|c| c != ROOT && set.contains(c))),
            ("strip", None) if arguments.is_empty() => Val::Text(text.clone()),
            ("replace", Some("\\")) => match arguments.get(1) {
                Some(Val::Text(slash)) if &**slash == "/" => Val::Text(text.clone()),
                _ => machine(self),
            },
            ("lower" | "upper", _) => machine(self),
            _ => machine(self),
        }
    }

    fn join_texts(&mut self, separator: &Arc<str>, items: Option<&Val<'a>>, place: Span) -> Val<'a> {
        let Some(items) = items else { return self.not_modelled(place) };
        let items = self.iterate(items, place);
        let Some(lists) = self.explode(&items, 16) else { return self.not_modelled(place) };
        let mut branches = Vec::new();
        for (cond, list) in lists {
            let mut parts = Vec::new();
            let mut unknown = None;
            for item in &list {
                match item {
                    Val::Text(text) => parts.push(text.clone()),
                    Val::Rest(rest) => unknown = Some(Val::Unknown(rest.clone())),
                    other => unknown = Some(self.text_unknown(other, place)),
                }
            }
            let value = unknown.unwrap_or_else(|| Val::text(parts.join(separator)));
            branches.push((cond, value));
        }
        self.one_of(branches)
    }

    /// Methods of a text that comes from the environment.
    fn env_method(&mut self, env: &Rc<EnvValue>, name: &str, arguments: &[Val<'a>], place: Span) -> Val<'a> {
        let cast = |cast: Cast| Val::Env(Rc::new(EnvValue { variable: env.variable.clone(), cast, place }));
        match (env.cast, name) {
            // Cleaned text is still a text of the outside; comparing it is another question than before.
            (
                Cast::Text,
                "lower" | "upper" | "strip" | "lstrip" | "rstrip" | "title" | "capitalize" | "casefold"
                | "replace" | "format" | "removeprefix" | "removesuffix",
            ) => cast(Cast::Other),
            (Cast::Text | Cast::Other, "split" | "splitlines" | "rsplit") => cast(Cast::List),
            (
                Cast::Other,
                "lower" | "upper" | "strip" | "lstrip" | "rstrip" | "title" | "capitalize" | "casefold"
                | "replace",
            ) => cast(Cast::Other),
            (Cast::Text | Cast::Other, "startswith" | "endswith" | "isdigit" | "isnumeric") => {
                let text = self.source_at(place);
                let unknown = self.unknown(Why::Environment, text.clone(), Some(place));
                let key = super::cond::Key::Holds(
                    env.variable.clone(),
                    format!("{name}{:?}", arguments.first().and_then(Val::as_text)).into(),
                );
                let texts = [format!("not `{text}`").into(), format!("`{text}`").into()];
                let never = crate::value::Truth::No;
                let [no, yes] = self.atoms.literal(key, texts, Some(place), [never, never]);
                let _ = unknown;
                self.one_of(vec![(yes, Val::Bool(true)), (no, Val::Bool(false))])
            }
            _ => Val::Unknown(environment(&env.variable, place)),
        }
    }

    fn object_method(
        &mut self,
        id: Id,
        owner: &Val<'a>,
        name: &Arc<str>,
        arguments: Vec<Val<'a>>,
        keywords: Keywords<'a>,
        place: Span,
    ) -> Val<'a> {
        let object = self.heap.get(id).clone();
        let first = arguments.first().cloned();
        match (object, &**name) {
            (Object::List(_), "append") => {
                if let (Some(item), Object::List(items)) = (first, self.heap.write(id)) {
                    items.push(item);
                }
                Val::None
            }
            (Object::List(_), "extend") => {
                let more = first.map(|more| self.iterate(&more, place)).unwrap_or_default();
                self.extend(id, more, place);
                Val::None
            }
            (Object::List(items), "insert") => {
                let item = arguments.get(1).cloned().unwrap_or(Val::None);
                match first {
                    Some(at) => self.each(&at, &mut |me, at| {
                        let items = match me.heap.get(id) {
                            Object::List(items) => items.clone(),
                            _ => items.clone(),
                        };
                        me.insert(id, &items, at, &item, place);
                        Val::None
                    }),
                    None => Val::None,
                }
            }
            (Object::List(items), "remove") => {
                let item = first.unwrap_or(Val::None);
                self.each(&item, &mut |me, item| me.remove(id, &items, item, place))
            }
            (Object::List(items), "index") => {
                let item = first.unwrap_or(Val::None);
                self.each(&item, &mut |me, item| me.index_of(&items, item, place))
            }
            (Object::List(items), "count") if items.iter().all(super::ops::is_plain) => match first {
                Some(item) if super::ops::is_plain(&item) => {
                    Val::Int(items.iter().filter(|known| known.same(&item)).count() as i64)
                }
                _ => self.not_modelled(place),
            },
            (Object::List(items), "pop") => {
                let at = match first {
                    None => -1,
                    Some(Val::Int(at)) => at,
                    Some(_) => {
                        self.forget(id, place);
                        return self.not_modelled(place);
                    }
                };
                if items.iter().any(|item| matches!(item, Val::Rest(_) | Val::OneOf(_))) {
                    let value = self.item(owner, &Val::Int(at), place);
                    self.forget(id, place);
                    return value;
                }
                match super::ops::index(at, items.len()) {
                    Some(at) => match self.heap.write(id) {
                        Object::List(items) => items.remove(at),
                        _ => Val::None,
                    },
                    None => self.raised("IndexError", "there is nothing to take out", Some(place)),
                }
            }
            (Object::List(_), "clear") => {
                *self.heap.write(id) = Object::List(Vec::new());
                Val::None
            }
            (Object::List(items), "reverse") => {
                *self.heap.write(id) = Object::List(items.into_iter().rev().collect());
                Val::None
            }
            (Object::List(items), "sort") => {
                match self.sorted(items, &keywords, place) {
                    Some(items) => *self.heap.write(id) = Object::List(items),
                    None => self.forget(id, place),
                }
                Val::None
            }
            (Object::List(items), "copy") => self.list(items),
            (Object::Set(items), "copy") => self.set(items),
            (Object::Set(_), "add") => {
                if let Some(item) = first {
                    self.add_to_set(id, vec![item]);
                }
                Val::None
            }
            (Object::Set(_), "update") => {
                for more in arguments {
                    let more = self.iterate(&more, place);
                    self.add_to_set(id, more);
                }
                Val::None
            }
            (Object::Set(items), "union") => {
                let Val::Object(new) = self.set(items) else { return Val::None };
                for more in arguments {
                    let more = self.iterate(&more, place);
                    self.add_to_set(new, more);
                }
                Val::Object(new)
            }
            (Object::Set(items), "discard" | "remove") if items.iter().all(super::ops::is_plain) => {
                if let Some(item) = first {
                    let left = items.into_iter().filter(|known| !known.same(&item)).collect();
                    *self.heap.write(id) = Object::Set(left);
                }
                Val::None
            }
            (Object::Dict(entries), "get") => {
                let key = first.unwrap_or(Val::None);
                let default = arguments.get(1).cloned().unwrap_or(Val::None);
                let found = self.each(&key, &mut |me, key| me.entry(&entries, key, place));
                self.each(&found, &mut |_, value| {
                    if value.is_unset() { default.clone() } else { value.clone() }
                })
            }
            (Object::Dict(_), "setdefault") => {
                let key = first.unwrap_or(Val::None);
                let default = arguments.get(1).cloned().unwrap_or(Val::None);
                self.each(&key, &mut |me, key| {
                    let Object::Dict(entries) = me.heap.get(id).clone() else { return Val::None };
                    let found = me.entry(&entries, key, place);
                    let value = me.each(&found, &mut |_, value| {
                        if value.is_unset() { default.clone() } else { value.clone() }
                    });
                    me.put(id, key, value.clone(), place);
                    value
                })
            }
            (Object::Dict(entries), "pop") => {
                let key = first.unwrap_or(Val::None);
                let default = arguments.get(1).cloned();
                self.each(&key, &mut |me, key| {
                    let found = me.entry(&entries, key, place);
                    me.remove_key(id, key, place);
                    match &default {
                        Some(default) => me.each(&found, &mut |_, value| {
                            if value.is_unset() { default.clone() } else { value.clone() }
                        }),
                        None => me.demand(found, "KeyError", "the key is not there", Some(place)),
                    }
                })
            }
            (Object::Dict(_), "update") => {
                for other in arguments {
                    self.update_dict(id, &other, place);
                }
                self.update_keywords(id, keywords, place);
                Val::None
            }
            (Object::Dict(_), "clear") => {
                *self.heap.write(id) = Object::Dict(Vec::new());
                Val::None
            }
            (Object::Dict(entries), "copy") => self.dict(entries),
            (Object::Dict(_), "keys") => {
                let items = self.iterate(owner, place);
                self.list(items)
            }
            (Object::Dict(entries), "values") => {
                let items = entries
                    .into_iter()
                    .map(|(key, value)| if matches!(key, Val::Rest(_)) { key } else { value })
                    .collect();
                self.list(items)
            }
            (Object::Dict(entries), "items") => {
                let mut items = Vec::new();
                for (key, value) in entries {
                    items.push(self.pair(key, value));
                }
                self.list(items)
            }
            (Object::View(names), "update") => {
                for other in arguments {
                    self.update_names(names, &other, place);
                }
                for (name, value) in keywords {
                    if name.is_empty() {
                        self.forget_names(names, place);
                    } else {
                        self.bind(names, &name, value, place);
                    }
                }
                Val::None
            }
            (Object::View(_), "get") => {
                let default = arguments.get(1).cloned().unwrap_or(Val::None);
                let key = first.unwrap_or(Val::None);
                let found = self.item(owner, &key, place);
                self.each(&found, &mut |_, value| {
                    if value.is_unset() { default.clone() } else { value.clone() }
                })
            }
            (Object::View(names), "setdefault") => {
                let default = arguments.get(1).cloned().unwrap_or(Val::None);
                let key = first.unwrap_or(Val::None);
                let found = self.item(owner, &key, place);
                let value = self.each(&found, &mut |_, value| {
                    if value.is_unset() { default.clone() } else { value.clone() }
                });
                match &key {
                    Val::Text(name) => self.bind(names, name, value.clone(), place),
                    _ => self.forget_names(names, place),
                }
                value
            }
            (Object::View(names), "pop") => {
                let key = first.unwrap_or(Val::None);
                let found = self.item(owner, &key, place);
                match &key {
                    Val::Text(name) => self.bind(names, name, Val::Unset, place),
                    _ => self.forget_names(names, place),
                }
                match arguments.get(1) {
                    Some(default) => {
                        let default = default.clone();
                        self.each(&found, &mut |_, value| {
                            if value.is_unset() { default.clone() } else { value.clone() }
                        })
                    }
                    None => self.demand(found, "KeyError", "the name is not set", Some(place)),
                }
            }
            (Object::View(names), "items" | "copy") => {
                let names = self.heap.names(names).cloned().unwrap_or_default();
                let entries: Vec<_> =
                    names.slots.into_iter().map(|(name, slot)| (Val::Text(name), slot.val)).collect();
                if &**name == "copy" {
                    return self.dict(entries);
                }
                let mut items = Vec::new();
                for (key, value) in entries {
                    items.push(self.pair(key, value));
                }
                self.list(items)
            }
            (Object::View(_), "keys") => {
                let items = self.iterate(owner, place);
                self.list(items)
            }
            _ => {
                self.forget(id, place);
                self.not_modelled(place)
            }
        }
    }

    /// `list.extend(more)`.
    pub(super) fn extend(&mut self, id: Id, more: Vec<Val<'a>>, place: Span) {
        let Object::List(items) = self.heap.write(id) else { return };
        if items.len() + more.len() > super::ops::MOST_ITEMS {
            let unknown = Rc::new(Unknown::new(Why::TooDeep, "the list is too long", Some(place)));
            *items = vec![Val::Rest(unknown)];
            return;
        }
        items.extend(more);
    }

    /// A key with its value, absent where the value is.
    fn pair(&mut self, key: Val<'a>, value: Val<'a>) -> Val<'a> {
        if matches!(key, Val::Rest(_)) {
            return key;
        }
        match &value {
            Val::OneOf(branches) if branches.iter().any(|(_, value)| value.is_unset()) => {
                let pairs = branches
                    .iter()
                    .map(|(cond, value)| {
                        let pair = match value {
                            Val::Unset => Val::Unset,
                            value => Val::Tuple(Rc::from([key.clone(), value.clone()])),
                        };
                        (cond.clone(), pair)
                    })
                    .collect();
                self.one_of(pairs)
            }
            _ => Val::Tuple(Rc::from([key, value])),
        }
    }

    pub(super) fn update_keywords(&mut self, id: Id, keywords: Keywords<'a>, place: Span) {
        for (name, value) in keywords {
            if name.is_empty() {
                let unknown = Rc::new(Unknown::new(Why::RunsCode, "what is added is not known", Some(place)));
                let rest = self.dict(vec![(Val::Rest(unknown), Val::None)]);
                self.update_dict(id, &rest, place);
            } else {
                self.put(id, &Val::Text(name), value, place);
            }
        }
    }

    /// `globals().update(other)`.
    pub(super) fn update_names(&mut self, names: Id, other: &Val<'a>, place: Span) {
        self.each(other, &mut |me, other| {
            match me.pairs(other, place) {
                Ok(pairs) => {
                    for (key, value) in pairs {
                        match key {
                            Val::Text(name) => {
                                let value = match &value {
                                    Val::OneOf(branches)
                                        if branches.iter().any(|(_, value)| value.is_unset()) =>
                                    {
                                        let own = me.slot(names, &name).unwrap_or(Val::Unset);
                                        me.each(&value, &mut |_, value| {
                                            if value.is_unset() { own.clone() } else { value.clone() }
                                        })
                                    }
                                    _ => value,
                                };
                                me.bind(names, &name, value, place);
                            }
                            Val::Rest(unknown) => me.forget_names_with(names, &unknown),
                            _ => me.forget_names(names, place),
                        }
                    }
                }
                Err(unknown) => me.forget_names_with(names, &unknown),
            }
            Val::None
        });
    }

    fn insert(&mut self, id: Id, items: &[Val<'a>], at: &Val<'a>, item: &Val<'a>, place: Span) {
        let Val::Int(at) = at else { return self.insert_somewhere(id, items, item, place) };
        let loose = |item: &Val<'a>| match item {
            Val::Rest(_) => true,
            Val::OneOf(branches) => branches.iter().any(|(_, value)| value.is_unset()),
            _ => false,
        };
        let before = (*at).max(0) as usize;
        if *at >= 0 && items.iter().take(before).all(|item| !loose(item)) && before <= items.len()
            || !items.iter().any(loose)
        {
            let at = bound(Some(*at), items.len(), 0);
            if let Object::List(items) = self.heap.write(id) {
                items.insert(at, item.clone());
            }
            return;
        }
        if items.iter().any(|item| matches!(item, Val::Rest(_))) {
            return self.insert_somewhere(id, items, item, place);
        }
        let Some(lists) = self.explode(items, 16) else {
            return self.insert_somewhere(id, items, item, place);
        };
        let mut changed = Vec::new();
        for (cond, mut list) in lists {
            let at = bound(Some(*at), list.len(), 0);
            list.insert(at, item.clone());
            changed.push((cond, list));
        }
        let items = self.join_lists(changed);
        *self.heap.write(id) = Object::List(items);
    }

    /// The element is there, but its position is not known: the order of the others is lost.
    fn insert_somewhere(&mut self, id: Id, items: &[Val<'a>], item: &Val<'a>, place: Span) {
        let text = format!("`{}` inserts at a place that is not known", self.source_at(place));
        let rest = Val::Rest(Rc::new(Unknown::new(Why::RunsCode, text, Some(place))));
        let mut new = vec![rest.clone(), item.clone()];
        new.extend(items.iter().cloned());
        new.push(rest);
        *self.heap.write(id) = Object::List(new);
    }

    fn remove(&mut self, id: Id, items: &[Val<'a>], item: &Val<'a>, place: Span) -> Val<'a> {
        if items.iter().any(|known| matches!(known, Val::Rest(_))) {
            // It is gone from where we see it, if there is only one of it.
            let left: Vec<Val<'a>> = items.iter().filter(|known| !known.same(item)).cloned().collect();
            if left.len() == items.len() {
                self.may_raise_maybe("ValueError", place);
            }
            *self.heap.write(id) = Object::List(left);
            return Val::None;
        }
        let Some(lists) = self.explode(items, 16) else {
            self.forget(id, place);
            return Val::None;
        };
        let mut changed = Vec::new();
        for (cond, mut list) in lists {
            let sure = list.iter().all(super::ops::is_plain) && super::ops::is_plain(item);
            match list.iter().position(|known| known.same(item)) {
                Some(at) => {
                    list.remove(at);
                    changed.push((cond, list));
                }
                None if sure => self.may_raise(&cond, "ValueError"),
                None => {
                    self.forget(id, place);
                    return Val::None;
                }
            }
        }
        if changed.is_empty() {
            return self.unknown(Why::RunsCode, "what is removed is not in the list", Some(place));
        }
        let items = self.join_lists(changed);
        *self.heap.write(id) = Object::List(items);
        Val::None
    }

    fn may_raise_maybe(&mut self, exception: &str, place: Span) {
        let text = self.source_at(place);
        let [_, cond] = self.atoms.fresh(&format!("`{text}` raises"), Some(place));
        self.may_raise(&cond, exception);
    }

    fn index_of(&mut self, items: &[Val<'a>], item: &Val<'a>, place: Span) -> Val<'a> {
        if items.iter().any(|known| matches!(known, Val::Rest(_))) || !super::ops::is_plain(item) {
            return self.not_modelled(place);
        }
        let Some(lists) = self.explode(items, 16) else { return self.not_modelled(place) };
        let mut branches = Vec::new();
        for (cond, list) in lists {
            let value = match list.iter().position(|known| known.same(item)) {
                Some(at) if list[..at].iter().all(super::ops::is_plain) => Val::Int(at as i64),
                Some(_) => self.not_modelled(place),
                None if list.iter().all(super::ops::is_plain) => {
                    self.may_raise(&cond, "ValueError");
                    continue;
                }
                None => self.not_modelled(place),
            };
            branches.push((cond, value));
        }
        if branches.is_empty() {
            return self.unknown(Why::RunsCode, "it is not in the list", Some(place));
        }
        self.one_of(branches)
    }

    /// `sorted(items)` where every element can be compared.
    pub(super) fn sorted(
        &mut self,
        items: Vec<Val<'a>>,
        keywords: &Keywords<'a>,
        place: Span,
    ) -> Option<Vec<Val<'a>>> {
        let mut reverse = false;
        let mut key = Val::None;
        for (name, value) in keywords {
            match (&**name, value) {
                ("reverse", Val::Bool(known)) => reverse = *known,
                ("key", function) => key = function.clone(),
                _ => return None,
            }
        }
        let in_order = !items.iter().any(is_no_order);
        let mut keyed = Vec::with_capacity(items.len());
        for item in without_order(items) {
            if matches!(item, Val::OneOf(_) | Val::Rest(_)) {
                return None;
            }
            let by = match &key {
                Val::None => item.clone(),
                function => self.call(function, vec![item.clone()], Vec::new(), place),
            };
            keyed.push((by, item));
        }
        let same_type = keyed.iter().all(|(by, _)| matches!(by, Val::Text(_)))
            || keyed.iter().all(|(by, _)| matches!(by, Val::Path(_)))
            || keyed.iter().all(|(by, _)| matches!(by, Val::Int(_) | Val::Bool(_)))
            || keyed.len() <= 1;
        if !(same_type && keyed.windows(2).all(|pair| self.order(&pair[0].0, &pair[1].0).is_some())) {
            return None;
        }
        let compare = |a: &Val<'a>, b: &Val<'a>| self.order(a, b).unwrap_or(std::cmp::Ordering::Equal);
        match reverse {
            // Like Python's, a sort that leaves equal elements in their order.
            true => keyed.sort_by(|a, b| compare(&b.0, &a.0)),
            false => keyed.sort_by(|a, b| compare(&a.0, &b.0)),
        }
        let tied = |pair: &[(Val<'a>, Val<'a>)]| {
            compare(&pair[0].0, &pair[1].0).is_eq() && !pair[0].1.same(&pair[1].1)
        };
        if !in_order && keyed.windows(2).any(tied) {
            return None;
        }
        Some(keyed.into_iter().map(|(_, item)| item).collect())
    }
}

/// Python's white space in texts.
fn is_space(letter: char) -> bool {
    letter.is_whitespace() || ('\x1c'..='\x1f').contains(&letter)
}

fn no_text(argument: Option<&Val<'_>>) -> bool {
    matches!(argument, None | Some(Val::None))
}

fn title(text: &str) -> String {
    let mut after_letter = false;
    text.chars()
        .map(|letter| {
            let cased = if after_letter { letter.to_ascii_lowercase() } else { letter.to_ascii_uppercase() };
            after_letter = letter.is_ascii_alphabetic();
            cased
        })
        .collect()
}
