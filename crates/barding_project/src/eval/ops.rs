//! Operators, comparison, membership, subscripts and iteration.

use super::Evaluator;
use super::cond::Key;
use super::val::{Id, Names, Object, ROOT, Slot, Val};
use crate::value::{Cast, Truth, Unknown, Why};
use barding_source::Span;
use ruff_python_ast::{ExprSlice, Operator};
use std::cmp::Ordering;
use std::rc::Rc;
use std::sync::Arc;

/// The longest text that is built.
const LONGEST_TEXT: usize = 1_000_000;
/// The longest list that is built by adding.
pub(super) const MOST_ITEMS: usize = 100_000;
/// The longest list that is built by repetition.
const LONGEST_LIST: usize = 20_000;

impl<'a> Evaluator<'a> {
    pub(super) fn binary(&mut self, left: &Val<'a>, op: Operator, right: &Val<'a>, place: Span) -> Val<'a> {
        if let Some(path) = self.environ_path_binary(left, op, right, place) {
            return path;
        }
        match (left, op, right) {
            (Val::Unknown(_), ..) => left.clone(),
            (Val::Text(format), Operator::Mod, _) => self.percent(&format.clone(), right, place),
            (_, _, Val::Unknown(_)) if !matches!(left, Val::Object(_) | Val::Tuple(_)) => right.clone(),
            (Val::Text(a), Operator::Add, Val::Text(b)) => {
                if a.len() + b.len() > LONGEST_TEXT {
                    return self.unknown(Why::TooDeep, "the text is too long", Some(place));
                }
                Val::text(format!("{a}{b}"))
            }
            (Val::Bytes(a), Operator::Add, Val::Bytes(b)) => {
                Val::Bytes(a.iter().chain(b.iter()).copied().collect())
            }
            (Val::Text(text), Operator::Mult, Val::Int(times))
            | (Val::Int(times), Operator::Mult, Val::Text(text)) => {
                let times = (*times).max(0) as usize;
                if text.len().saturating_mul(times) > LONGEST_TEXT {
                    return self.unknown(Why::TooDeep, "the text is too long", Some(place));
                }
                Val::text(text.repeat(times))
            }
            (Val::Path(base), Operator::Div, Val::Text(more) | Val::Path(more)) => {
                Val::Path(super::paths::join(base, more).into())
            }
            (Val::Text(base), Operator::Div, Val::Path(more)) => {
                Val::Path(super::paths::join(base, more).into())
            }
            (Val::Int(_) | Val::Float(_) | Val::Bool(_), _, Val::Int(_) | Val::Float(_) | Val::Bool(_)) => {
                self.arithmetic(left, op, right, place)
            }
            (Val::Tuple(a), Operator::Add, Val::Tuple(b)) if a.len() + b.len() > MOST_ITEMS => {
                self.unknown(Why::TooDeep, "the tuple is too long", Some(place))
            }
            (Val::Tuple(a), Operator::Add, Val::Tuple(b)) => {
                Val::Tuple(a.iter().chain(b.iter()).cloned().collect())
            }
            (Val::Tuple(items), Operator::Mult, Val::Int(times))
                if items.len().saturating_mul((*times).max(0) as usize) < LONGEST_LIST =>
            {
                let times = (*times).max(0) as usize;
                Val::Tuple(std::iter::repeat_n(items.to_vec(), times).flatten().collect())
            }
            (Val::Tuple(_), Operator::Add, Val::Unknown(unknown)) => {
                let Val::Tuple(items) = left else { return right.clone() };
                Val::Tuple(items.iter().cloned().chain([Val::Rest(unknown.clone())]).collect())
            }
            (Val::Object(a), _, _) => self.binary_object(*a, op, right, place),
            (Val::Env(env), Operator::Add, Val::Object(id)) if env.cast == Cast::List => {
                let more = self.items_of(*id);
                let unknown = environment(&env.variable, place);
                let items = std::iter::once(Val::Rest(unknown)).chain(more).collect();
                self.list(items)
            }
            (Val::Env(env), _, _) | (_, _, Val::Env(env)) => self.unknown(
                Why::Environment,
                format!("it is computed from the environment variable `{}`", env.variable),
                Some(place),
            ),
            (Val::Instance(instance), Operator::Add | Operator::Div | Operator::BitOr, _) => {
                let name = match op {
                    Operator::Add => "__add__",
                    Operator::Div => "__truediv__",
                    _ => "__or__",
                };
                let instance = instance.clone();
                match self.class_attribute(&instance.class, name) {
                    Some(Val::Function(function)) => {
                        let bound = Val::Bound(Rc::new((left.clone(), function)));
                        self.call(&bound, vec![right.clone()], Vec::new(), place)
                    }
                    _ => self.not_modelled(place),
                }
            }
            // Lazily built values of libraries: `Q() | Q()`, `path() + …`. Known by name, not evaluated.
            (Val::Call(_) | Val::Name(_), _, _) | (_, _, Val::Call(_) | Val::Name(_)) => {
                let name = match op {
                    Operator::Add => "operator.add",
                    Operator::BitOr => "operator.or_",
                    Operator::Div => "operator.truediv",
                    Operator::Mult => "operator.mul",
                    Operator::Sub => "operator.sub",
                    _ => return self.not_modelled(place),
                };
                Val::Call(Rc::new(super::val::CallVal {
                    callee: name.into(),
                    arguments: vec![left.clone(), right.clone()],
                    keywords: Vec::new(),
                    place,
                }))
            }
            (Val::None | Val::Text(_) | Val::Int(_) | Val::Tuple(_), Operator::Add, _) => {
                self.raised("TypeError", "the two cannot be added", Some(place))
            }
            _ => self.not_modelled(place),
        }
    }

    fn binary_object(&mut self, id: Id, op: Operator, right: &Val<'a>, place: Span) -> Val<'a> {
        let object = self.heap.get(id).clone();
        match (object, op, right) {
            (Object::List(mut items), Operator::Add, Val::Object(other)) => {
                match self.heap.get(*other).clone() {
                    Object::List(more) if items.len() + more.len() > MOST_ITEMS => {
                        self.unknown(Why::TooDeep, "the list is too long", Some(place))
                    }
                    Object::List(more) => {
                        items.extend(more);
                        self.list(items)
                    }
                    _ => self.raised("TypeError", "only a list can be added to a list", Some(place)),
                }
            }
            (Object::List(mut items), Operator::Add, Val::Unknown(unknown)) => {
                items.push(Val::Rest(unknown.clone()));
                self.list(items)
            }
            (Object::List(mut items), Operator::Add, Val::Env(env)) if env.cast == Cast::List => {
                items.push(Val::Rest(environment(&env.variable, place)));
                self.list(items)
            }
            (Object::List(mut items), Operator::Add, Val::Call(call)) => {
                let text = format!("`{}()` is not evaluated", call.callee);
                items.push(Val::Rest(Rc::new(Unknown::new(Why::NotOurs, text, Some(place)))));
                self.list(items)
            }
            // `urlpatterns + site.urls` of something that is not evaluated.
            (Object::List(mut items), Operator::Add, Val::Name(_) | Val::Method(_))
                if self.urls.is_some() =>
            {
                items.push(right.clone());
                self.list(items)
            }
            (Object::List(items), Operator::Mult, Val::Int(times))
                if items.len().saturating_mul((*times).max(0) as usize) < LONGEST_LIST =>
            {
                let items = std::iter::repeat_n(items, (*times).max(0) as usize).flatten().collect();
                self.list(items)
            }
            (Object::Dict(entries), Operator::BitOr, _) => {
                let Val::Object(new) = self.dict(entries) else { return Val::None };
                self.update_dict(new, right, place);
                Val::Object(new)
            }
            (Object::Set(items), Operator::BitOr, Val::Object(_)) => {
                let more = self.iterate(right, place);
                let Val::Object(new) = self.set(items) else { return Val::None };
                self.add_to_set(new, more);
                Val::Object(new)
            }
            (Object::Set(items), Operator::Sub | Operator::BitAnd, Val::Object(_)) => {
                let other = self.iterate(right, place);
                if items.iter().chain(other.iter()).all(is_plain) {
                    let keep = op == Operator::BitAnd;
                    let left: Vec<Val<'a>> = items
                        .into_iter()
                        .filter(|item| other.iter().any(|known| known.same(item)) == keep)
                        .collect();
                    return self.set(left);
                }
                self.not_modelled(place)
            }
            (Object::List(_), Operator::Add, _) => {
                self.raised("TypeError", "only a list can be added to a list", Some(place))
            }
            _ => self.not_modelled(place),
        }
    }

    fn arithmetic(&mut self, left: &Val<'a>, op: Operator, right: &Val<'a>, place: Span) -> Val<'a> {
        let as_int = |value: &Val<'a>| match value {
            Val::Int(number) => Some(*number),
            Val::Bool(flag) => Some(i64::from(*flag)),
            _ => None,
        };
        let as_float = |value: &Val<'a>| match value {
            Val::Int(number) => *number as f64,
            Val::Bool(flag) => f64::from(u8::from(*flag)),
            Val::Float(number) => *number,
            _ => 0.0,
        };
        if let (Some(a), Some(b)) = (as_int(left), as_int(right)) {
            if let (Val::Bool(a), Val::Bool(b)) = (left, right) {
                match op {
                    Operator::BitAnd => return Val::Bool(*a && *b),
                    Operator::BitOr => return Val::Bool(*a || *b),
                    Operator::BitXor => return Val::Bool(a != b),
                    _ => {}
                }
            }
            let result = match op {
                Operator::Add => a.checked_add(b),
                Operator::Sub => a.checked_sub(b),
                Operator::Mult => a.checked_mul(b),
                Operator::FloorDiv if b != 0 => {
                    let quotient = a.checked_div(b);
                    quotient.map(|q| if a % b != 0 && (a < 0) != (b < 0) { q - 1 } else { q })
                }
                Operator::Mod if b != 0 => {
                    a.checked_rem(b).map(|r| if r != 0 && (r < 0) != (b < 0) { r + b } else { r })
                }
                Operator::Pow if (0..=64).contains(&b) => a.checked_pow(b as u32),
                Operator::LShift if (0..=62).contains(&b) => a.checked_mul(1_i64 << b),
                Operator::RShift if (0..=63).contains(&b) => Some(a >> b),
                Operator::BitAnd => Some(a & b),
                Operator::BitOr => Some(a | b),
                Operator::BitXor => Some(a ^ b),
                Operator::Div if b != 0 => return Val::Float(a as f64 / b as f64),
                _ => None,
            };
            return result.map_or_else(|| self.not_modelled(place), Val::Int);
        }
        let (a, b) = (as_float(left), as_float(right));
        match op {
            Operator::Add => Val::Float(a + b),
            Operator::Sub => Val::Float(a - b),
            Operator::Mult => Val::Float(a * b),
            Operator::Div if b != 0.0 => Val::Float(a / b),
            _ => self.not_modelled(place),
        }
    }

    // ---- comparison ----

    pub(super) fn equal(&mut self, left: &Val<'a>, right: &Val<'a>, place: Span) -> Val<'a> {
        self.each_pair(left, right, &mut |me, left, right| match me.equality(left, right, 0) {
            Truth::Yes => Val::Bool(true),
            Truth::No => Val::Bool(false),
            Truth::Maybe => {
                let (env, text) = match (left, right) {
                    (Val::Env(env), Val::Text(text)) | (Val::Text(text), Val::Env(env)) => {
                        (env.clone(), text.clone())
                    }
                    _ => {
                        let text = me.source_at(place);
                        let unknown = me.unknown(Why::RunsCode, text.clone(), Some(place));
                        return me.undecided(&unknown, &text, Some(place));
                    }
                };
                let variable = &env.variable;
                let (key, yes, no) = if env.cast == Cast::Text {
                    (
                        Key::TextIs(variable.clone(), text.clone()),
                        format!("`{variable}` is '{text}'"),
                        format!("`{variable}` is not '{text}'"),
                    )
                } else {
                    let test = format!("{:?}@{}:{} == {text}", env.cast, env.place.file.0, env.place.start);
                    let said = me.source_at(env.place);
                    (
                        Key::Holds(variable.clone(), test.into()),
                        format!("`{variable}` reads as '{text}' in `{said}`"),
                        format!("`{variable}` does not read as '{text}' in `{said}`"),
                    )
                };
                let [no, yes] =
                    me.atoms.literal(key, [no.into(), yes.into()], Some(env.place), [Truth::No, Truth::No]);
                me.one_of(vec![(yes, Val::Bool(true)), (no, Val::Bool(false))])
            }
        })
    }

    fn equality(&self, left: &Val<'a>, right: &Val<'a>, depth: usize) -> Truth {
        if depth > 20 {
            return Truth::Maybe;
        }
        match (left, right) {
            (Val::Float(a), Val::Float(b)) => Truth::from(a == b),
            (Val::Int(a), Val::Float(b)) | (Val::Float(b), Val::Int(a)) => Truth::from(*a as f64 == *b),
            (Val::Int(a), Val::Bool(b)) | (Val::Bool(b), Val::Int(a)) => Truth::from(*a == i64::from(*b)),
            (Val::Text(a), Val::Text(b)) | (Val::Path(a), Val::Path(b)) => {
                if a == b {
                    Truth::Yes
                } else if (a.starts_with('/') || b.starts_with('/')) && a.contains(ROOT) != b.contains(ROOT) {
                    // The audited folder may be that very path.
                    Truth::Maybe
                } else {
                    Truth::No
                }
            }
            (Val::Unknown(_) | Val::Rest(_) | Val::OneOf(_) | Val::Call(_), _)
            | (_, Val::Unknown(_) | Val::Rest(_) | Val::OneOf(_) | Val::Call(_)) => {
                if left.same(right) && !matches!(left, Val::Call(_)) { Truth::Yes } else { Truth::Maybe }
            }
            (Val::Env(env), other) | (other, Val::Env(env)) => match (env.cast, other) {
                (Cast::Text, Val::Text(_) | Val::Env(_)) => Truth::Maybe,
                (Cast::Text, _) => Truth::No,
                _ => Truth::Maybe,
            },
            (Val::Instance(_), _) | (_, Val::Instance(_)) => {
                if left.same(right) {
                    Truth::Yes
                } else {
                    Truth::Maybe
                }
            }
            (Val::Tuple(a), Val::Tuple(b)) => self.equal_items(a, b, depth),
            (Val::Object(a), Val::Object(b)) => {
                if a == b {
                    return Truth::Yes;
                }
                match (self.heap.get(*a), self.heap.get(*b)) {
                    (Object::List(a), Object::List(b)) => self.equal_items(a, b, depth),
                    (Object::Dict(a), Object::Dict(b)) if a.is_empty() && b.is_empty() => Truth::Yes,
                    (Object::Dict(_), Object::Dict(_)) | (Object::Set(_), Object::Set(_)) => Truth::Maybe,
                    _ => Truth::No,
                }
            }
            (Val::Name(a), Val::Name(b)) => {
                // Two names may mean one thing.
                if a == b { Truth::Yes } else { Truth::Maybe }
            }
            (Val::Name(_), _) | (_, Val::Name(_)) => Truth::Maybe,
            (a, b) => Truth::from(a.same(b)),
        }
    }

    fn equal_items(&self, a: &[Val<'a>], b: &[Val<'a>], depth: usize) -> Truth {
        let loose = |item: &Val<'a>| matches!(item, Val::Rest(_) | Val::OneOf(_));
        if a.iter().chain(b.iter()).any(loose) {
            return Truth::Maybe;
        }
        if a.len() != b.len() {
            return Truth::No;
        }
        a.iter().zip(b.iter()).map(|(a, b)| self.equality(a, b, depth + 1)).fold(Truth::Yes, Truth::and)
    }

    pub(super) fn identical(&mut self, left: &Val<'a>, right: &Val<'a>, place: Span) -> Val<'a> {
        let known = match (left, right) {
            (Val::Unknown(_) | Val::Rest(_) | Val::OneOf(_) | Val::Call(_), _)
            | (_, Val::Unknown(_) | Val::Rest(_) | Val::OneOf(_) | Val::Call(_)) => None,
            // Text that is there is not `None`, `True` or `False`; what a cast makes of it may be.
            (Val::Env(env), Val::None) | (Val::None, Val::Env(env)) if env.cast != Cast::Other => Some(false),
            (Val::Env(env), Val::Bool(_)) | (Val::Bool(_), Val::Env(env)) if env.cast == Cast::Text => {
                Some(false)
            }
            (Val::Env(env), Val::Bool(wanted)) | (Val::Bool(wanted), Val::Env(env))
                if env.cast == Cast::Bool =>
            {
                let value = self.as_bool(&Val::Env(env.clone()), "", Some(place));
                let wanted = *wanted;
                return self.each(&value, &mut |_, value| match value {
                    Val::Bool(known) => Val::Bool(*known == wanted),
                    other => other.clone(),
                });
            }
            (Val::Env(_), _) | (_, Val::Env(_)) => None,
            (Val::None, _) | (_, Val::None) | (Val::Bool(_), _) | (_, Val::Bool(_)) => Some(left.same(right)),
            (Val::Object(a), Val::Object(b)) => Some(a == b),
            (Val::Class(_) | Val::Function(_) | Val::Module(_), _) => Some(left.same(right)),
            (Val::Name(a), Val::Name(b)) if a == b => Some(true),
            (Val::Instance(a), Val::Instance(b)) => Some(a.names == b.names),
            _ => None,
        };
        match known {
            Some(known) => Val::Bool(known),
            None => {
                let text = self.source_at(place);
                let unknown = self.unknown(Why::RunsCode, text.clone(), Some(place));
                self.undecided(&unknown, &text, Some(place))
            }
        }
    }

    pub(super) fn contained(&mut self, item: &Val<'a>, owner: &Val<'a>, place: Span) -> Val<'a> {
        if let Some(known) = self.library_contains(item, owner, place) {
            return known;
        }
        let items = match (item, owner) {
            (Val::Text(part), Val::Text(whole)) => {
                if part.contains(ROOT) || !whole.contains(ROOT) || whole.contains(&**part) {
                    return Val::Bool(whole.contains(&**part));
                }
                let text = self.source_at(place);
                let unknown = self.unknown(Why::Machine, text.clone(), Some(place));
                return self.undecided(&unknown, &text, Some(place));
            }
            (_, Val::Tuple(items)) => without_order(items.to_vec()),
            (_, Val::Object(id)) => match self.heap.get(*id).clone() {
                Object::List(items) | Object::Set(items) => without_order(items),
                Object::Dict(entries) => {
                    let mut items = Vec::new();
                    for (key, value) in entries {
                        let absent = match &value {
                            Val::OneOf(branches) => branches
                                .iter()
                                .filter(|(_, value)| value.is_unset())
                                .map(|(cond, _)| cond.clone())
                                .collect(),
                            _ => Vec::new(),
                        };
                        if absent.is_empty() {
                            items.push(key);
                        } else if let Val::OneOf(branches) = &value {
                            let branches = branches
                                .iter()
                                .map(|(cond, value)| {
                                    (cond.clone(), if value.is_unset() { Val::Unset } else { key.clone() })
                                })
                                .collect();
                            items.push(self.one_of(branches));
                        }
                    }
                    items
                }
                Object::View(names) => {
                    let (Val::Text(name), Some(names)) = (item, self.heap.names(names)) else {
                        return self.undecided_here(place);
                    };
                    return match names.slots.get(name).map(|slot| slot.val.clone()) {
                        None | Some(Val::Unset) if names.open.is_none() => Val::Bool(false),
                        None | Some(Val::Unset) => self.undecided_here(place),
                        Some(value) => self.each(&value, &mut |_, value| Val::Bool(!value.is_unset())),
                    };
                }
                Object::Names(_) => return self.undecided_here(place),
            },
            _ => return self.undecided_here(place),
        };
        // The environment's text among constants is one question, not one for each constant.
        if let Val::Env(env) = item
            && items.len() > 1
            && items.iter().all(|item| matches!(item, Val::Text(_)))
        {
            let words: Vec<&str> = items.iter().filter_map(Val::as_text).collect();
            let said = words.iter().take(6).map(|word| format!("'{word}'")).collect::<Vec<_>>().join(", ");
            let variable = &env.variable;
            let texts = [
                format!("`{variable}` is none of {said}").into(),
                format!("`{variable}` is one of {said}").into(),
            ];
            let mut sorted = words;
            sorted.sort_unstable();
            let cast = if env.cast == Cast::Text {
                "text".to_owned()
            } else {
                format!("{:?}@{}:{}", env.cast, env.place.file.0, env.place.start)
            };
            let key = Key::Holds(variable.clone(), format!("{cast} in {}", sorted.join("\u{0}")).into());
            let [no, yes] = self.atoms.literal(key, texts, Some(env.place), [Truth::No, Truth::No]);
            return self.one_of(vec![(yes, Val::Bool(true)), (no, Val::Bool(false))]);
        }
        let mut result = Val::Bool(false);
        for known in items {
            if let Val::Bool(true) = result {
                return result;
            }
            let same = match &known {
                Val::Rest(_) => self.undecided(&known, "", Some(place)),
                known => self.each(known, &mut |me, known| match known {
                    Val::Unset => Val::Bool(false),
                    known => me.equal(item, known, place),
                }),
            };
            result = self.each(&result, &mut |_, so_far| match so_far {
                Val::Bool(false) => same.clone(),
                other => other.clone(),
            });
        }
        result
    }

    fn undecided_here(&mut self, place: Span) -> Val<'a> {
        let text = self.source_at(place);
        let unknown = self.unknown(Why::RunsCode, text.clone(), Some(place));
        self.undecided(&unknown, &text, Some(place))
    }

    pub(super) fn order(&self, left: &Val<'a>, right: &Val<'a>) -> Option<Ordering> {
        match (left, right) {
            (Val::Int(a), Val::Int(b)) => Some(a.cmp(b)),
            (Val::Bool(a), Val::Int(b)) => Some(i64::from(*a).cmp(b)),
            (Val::Int(a), Val::Bool(b)) => Some(a.cmp(&i64::from(*b))),
            (Val::Int(a), Val::Float(b)) => (*a as f64).partial_cmp(b),
            (Val::Float(a), Val::Int(b)) => a.partial_cmp(&(*b as f64)),
            (Val::Float(a), Val::Float(b)) => a.partial_cmp(b),
            (Val::Text(a), Val::Text(b)) if !a.contains(ROOT) && !b.contains(ROOT) => Some(a.cmp(b)),
            // Below the same folder the rest decides, wherever the folder is.
            (Val::Text(a), Val::Text(b)) | (Val::Path(a), Val::Path(b)) => {
                let below = |path: &Arc<str>| {
                    let rest = path.strip_prefix(ROOT)?.strip_prefix('/')?;
                    (!rest.contains(ROOT)).then(|| rest.to_owned())
                };
                let (a, b) = (below(a)?, below(b)?);
                Some(match left {
                    Val::Path(_) => a.split('/').cmp(b.split('/')),
                    _ => a.cmp(&b),
                })
            }
            (Val::Tuple(a), Val::Tuple(b)) => {
                for (a, b) in a.iter().zip(b.iter()) {
                    match self.order(a, b)? {
                        Ordering::Equal => {}
                        order => return Some(order),
                    }
                }
                Some(a.len().cmp(&b.len()))
            }
            _ => None,
        }
    }

    // ---- subscripts ----

    /// `owner[key]`; [`Val::Unset`] where the key is not there.
    pub(super) fn item(&mut self, owner: &Val<'a>, key: &Val<'a>, place: Span) -> Val<'a> {
        if let Some(found) = self.library_item(owner, key, place) {
            return found;
        }
        match (owner, key) {
            (Val::Unknown(_), _) => owner.clone(),
            (_, Val::Unknown(_)) => key.clone(),
            (Val::Tuple(items), Val::Int(at)) => self.at(items, *at, place),
            (Val::Text(text), Val::Int(at)) if !text.contains(ROOT) => {
                let letters: Vec<char> = text.chars().collect();
                match index(*at, letters.len()) {
                    Some(at) => Val::text(letters[at].to_string()),
                    None => self.raised("IndexError", "the index is past the end", Some(place)),
                }
            }
            (Val::Object(id), key) => match (self.heap.get(*id).clone(), key) {
                (Object::List(items), Val::Int(at)) => self.at(&items, *at, place),
                (Object::Dict(entries), key) => self.entry(&entries, key, place),
                (Object::View(names), Val::Text(name)) => {
                    let names = self.heap.names(names).cloned().unwrap_or_default();
                    match names.slots.get(name) {
                        Some(slot) => slot.val.clone(),
                        None => match names.open {
                            Some(unknown) => Val::Unknown(Rc::new(unknown)),
                            None => Val::Unset,
                        },
                    }
                }
                _ => self.not_modelled(place),
            },
            (Val::Instance(instance), _) => {
                let instance = instance.clone();
                match self.class_attribute(&instance.class, "__getitem__") {
                    Some(Val::Function(function)) => {
                        let bound = Val::Bound(Rc::new((owner.clone(), function)));
                        self.call(&bound, vec![key.clone()], Vec::new(), place)
                    }
                    _ => self.not_modelled(place),
                }
            }
            // `list[str]`, `Dict[str, int]`: a type.
            (Val::Name(_) | Val::Class(_), _) => owner.clone(),
            (Val::Env(env), _) => self.unknown(
                Why::Environment,
                format!("it is a part of the environment variable `{}`", env.variable),
                Some(place),
            ),
            (Val::Call(call), _) => {
                let text = format!("`{}()` is not evaluated", call.callee);
                self.unknown(Why::NotOurs, text, Some(place))
            }
            _ => self.not_modelled(place),
        }
    }

    fn at(&mut self, items: &[Val<'a>], at: i64, place: Span) -> Val<'a> {
        let loose = |item: &Val<'a>| match item {
            Val::Rest(_) => true,
            Val::OneOf(branches) => branches.iter().any(|(_, value)| value.is_unset()),
            _ => false,
        };
        let before = if at >= 0 { at as usize + 1 } else { at.unsigned_abs() as usize };
        let near: Vec<&Val<'a>> = if at >= 0 {
            items.iter().take(before).collect()
        } else {
            items.iter().rev().take(before).collect()
        };
        if near.len() == before && !near.iter().any(|item| loose(item)) {
            return near[before - 1].clone();
        }
        if !items.iter().any(loose) {
            return self.raised("IndexError", "the index is past the end", Some(place));
        }
        match self.explode(items, 16) {
            Some(lists) if !items.iter().any(|item| matches!(item, Val::Rest(_))) => {
                let mut branches = Vec::new();
                for (cond, list) in lists {
                    let value = index(at, list.len()).map_or(Val::Unset, |at| list[at].clone());
                    branches.push((cond, value));
                }
                self.one_of(branches)
            }
            _ => self.unknown(Why::RunsCode, "what stands at that index is not known", Some(place)),
        }
    }

    pub(super) fn entry(&mut self, entries: &[(Val<'a>, Val<'a>)], key: &Val<'a>, place: Span) -> Val<'a> {
        let mut maybe: Option<Rc<Unknown>> = None;
        for (known, value) in entries.iter().rev() {
            match known {
                Val::Rest(unknown) => maybe = Some(unknown.clone()),
                known => match self.equality(known, key, 0) {
                    Truth::Yes => return value.clone(),
                    Truth::No => {}
                    Truth::Maybe => {
                        let text = "the key is not known";
                        maybe = Some(Rc::new(Unknown::new(Why::RunsCode, text, Some(place))));
                    }
                },
            }
        }
        maybe.map_or(Val::Unset, Val::Unknown)
    }

    pub(super) fn slice(&mut self, owner: &Val<'a>, slice: &'a ExprSlice, place: Span) -> Val<'a> {
        if let Val::Name(name) = owner
            && &**name == "sys.argv"
        {
            // Some of the arguments: what is not among all is not among them.
            return owner.clone();
        }
        let Some((lower, upper, step)) = self.slice_bounds(slice) else {
            return if let Val::Unknown(_) = owner { owner.clone() } else { self.not_modelled(place) };
        };
        match owner {
            Val::Text(text) if !text.contains(ROOT) => {
                let letters: Vec<char> = text.chars().collect();
                let picked = sliced(letters.len(), lower, upper, step).map(|at| letters[at]);
                Val::text(picked.collect::<String>())
            }
            Val::Tuple(items) => match self.slice_items(items, lower, upper, step, place) {
                Some(items) => Val::Tuple(items.into()),
                None => self.not_modelled(place),
            },
            Val::Object(id) => match self.heap.get(*id).clone() {
                Object::List(items) => match self.slice_items(&items, lower, upper, step, place) {
                    Some(items) => self.list(items),
                    None => self.not_modelled(place),
                },
                _ => self.not_modelled(place),
            },
            Val::Unknown(_) => owner.clone(),
            Val::Env(env) => self.unknown(
                Why::Environment,
                format!("it is a part of the environment variable `{}`", env.variable),
                Some(place),
            ),
            _ => self.not_modelled(place),
        }
    }

    fn slice_bounds(&mut self, slice: &'a ExprSlice) -> Option<(Option<i64>, Option<i64>, i64)> {
        let mut bound = |node: &'a Option<Box<ruff_python_ast::Expr>>| -> Option<Option<i64>> {
            let Some(node) = node else { return Some(None) };
            match self.expression(node) {
                Val::Int(number) => Some(Some(number)),
                Val::None => Some(None),
                _ => None,
            }
        };
        let lower = bound(&slice.lower)?;
        let upper = bound(&slice.upper)?;
        let step = bound(&slice.step)?.unwrap_or(1);
        (step != 0).then_some((lower, upper, step))
    }

    fn slice_items(
        &mut self,
        items: &[Val<'a>],
        lower: Option<i64>,
        upper: Option<i64>,
        step: i64,
        _place: Span,
    ) -> Option<Vec<Val<'a>>> {
        if lower.is_none() && upper.is_none() && step == 1 {
            return Some(items.to_vec());
        }
        if items.iter().any(|item| matches!(item, Val::Rest(_))) {
            return None;
        }
        let lists = self.explode(items, 16)?;
        let mut cut = Vec::new();
        for (cond, list) in lists {
            let part = sliced(list.len(), lower, upper, step).map(|at| list[at].clone()).collect();
            cut.push((cond, part));
        }
        Some(self.join_lists(cut))
    }

    // ---- writing ----

    pub(super) fn set_item(&mut self, owner: &Val<'a>, key: &Val<'a>, value: Val<'a>, place: Span) {
        self.each_pair(owner, key, &mut |me, owner, key| {
            if me.library_set_item(owner, key, &value, place) {
                return Val::None;
            }
            if let Val::Object(id) = owner {
                match (me.heap.get(*id).clone(), key) {
                    (Object::Dict(_), key) => me.put(*id, key, value.clone(), place),
                    (Object::List(items), Val::Int(at)) => {
                        let loose = items.iter().any(|item| matches!(item, Val::Rest(_)));
                        let lists = if loose { None } else { me.explode(&items, 16) };
                        let mut changed = Vec::new();
                        for (cond, mut list) in lists.unwrap_or_default() {
                            if let Some(at) = index(*at, list.len()) {
                                list[at] = value.clone();
                            }
                            changed.push((cond, list));
                        }
                        let items = if changed.is_empty() {
                            let text = "an element was replaced, which one is not known";
                            vec![Val::Rest(Rc::new(Unknown::new(Why::RunsCode, text, Some(place))))]
                        } else {
                            me.join_lists(changed)
                        };
                        *me.heap.write(*id) = Object::List(items);
                    }
                    (Object::List(_), _) => me.forget(*id, place),
                    (Object::View(names), Val::Text(name)) => me.bind(names, name, value.clone(), place),
                    (Object::View(names), _) => me.forget_names(names, place),
                    _ => {}
                }
            }
            Val::None
        });
    }

    pub(super) fn delete_item(&mut self, owner: &Val<'a>, key: &Val<'a>, place: Span) {
        self.each_pair(owner, key, &mut |me, owner, key| {
            if me.library_set_item(owner, key, &Val::Unset, place) {
                return Val::None;
            }
            if let Val::Object(id) = owner {
                match (me.heap.get(*id).clone(), key) {
                    (Object::Dict(entries), key) => {
                        let present = me.entry(&entries, key, place);
                        me.demand(present, "KeyError", "the key is not there", Some(place));
                        me.remove_key(*id, key, place);
                    }
                    (Object::List(items), Val::Int(at)) => {
                        if items.iter().any(|item| matches!(item, Val::Rest(_) | Val::OneOf(_))) {
                            me.forget(*id, place);
                        } else if let Some(at) = index(*at, items.len())
                            && let Object::List(items) = me.heap.write(*id)
                        {
                            items.remove(at);
                        }
                    }
                    (Object::View(names), Val::Text(name)) => me.bind(names, name, Val::Unset, place),
                    (Object::View(names), _) => me.forget_names(names, place),
                    _ => me.forget(*id, place),
                }
            }
            Val::None
        });
    }

    pub(super) fn remove_key(&mut self, id: Id, key: &Val<'a>, place: Span) {
        let Object::Dict(entries) = self.heap.get(id).clone() else { return };
        let mut left = Vec::new();
        for (known, value) in entries {
            match self.equality(&known, key, 0) {
                Truth::Yes => {}
                Truth::No => left.push((known, value)),
                Truth::Maybe if matches!(known, Val::Rest(_)) => left.push((known, value)),
                Truth::Maybe => {
                    let unknown = self.unknown(Why::RunsCode, "the key may have been removed", Some(place));
                    left.push((known, unknown));
                }
            }
        }
        *self.heap.write(id) = Object::Dict(left);
    }

    pub(super) fn set_slice(&mut self, owner: &Val<'a>, slice: &'a ExprSlice, value: &Val<'a>, place: Span) {
        let new = self.iterate(value, place);
        let bounds = self.slice_bounds(slice);
        self.each(owner, &mut |me, owner| {
            let Val::Object(id) = owner else { return Val::None };
            let Object::List(items) = me.heap.get(*id).clone() else { return Val::None };
            let whole = slice.lower.is_none() && slice.upper.is_none();
            if whole && slice.step.is_none() {
                *me.heap.write(*id) = Object::List(new.clone());
                return Val::None;
            }
            let (Some((lower, upper, 1)), false) =
                (bounds, items.iter().any(|item| matches!(item, Val::Rest(_))))
            else {
                me.forget(*id, place);
                return Val::None;
            };
            let Some(lists) = me.explode(&items, 16) else {
                me.forget(*id, place);
                return Val::None;
            };
            let mut changed = Vec::new();
            for (cond, mut list) in lists {
                let from = bound(lower, list.len(), 0);
                let to = bound(upper, list.len(), list.len()).max(from);
                list.splice(from..to, new.iter().cloned());
                changed.push((cond, list));
            }
            let items = me.join_lists(changed);
            *me.heap.write(*id) = Object::List(items);
            Val::None
        });
    }

    /// `dict[key] = value`.
    pub(super) fn put(&mut self, id: Id, key: &Val<'a>, value: Val<'a>, place: Span) {
        let Object::Dict(entries) = self.heap.get(id) else { return };
        let mut at = None;
        let mut unsure = matches!(key, Val::Unknown(_) | Val::OneOf(_) | Val::Env(_));
        for (index, (known, _)) in entries.iter().enumerate() {
            match known {
                Val::Rest(_) => {}
                known => match self.equality(known, key, 0) {
                    Truth::Yes => at = Some(index),
                    Truth::No => {}
                    Truth::Maybe => unsure = true,
                },
            }
        }
        if unsure && at.is_none() {
            if let Val::OneOf(_) = key {
                let key = key.clone();
                self.each(&key, &mut |me, key| {
                    me.put(id, key, value.clone(), place);
                    Val::None
                });
                return;
            }
            self.forget(id, place);
            return;
        }
        if let Object::Dict(entries) = self.heap.write(id) {
            match at {
                Some(at) => entries[at].1 = value,
                None => entries.push((key.clone(), value)),
            }
        }
    }

    /// `dict.update(other)`.
    pub(super) fn update_dict(&mut self, id: Id, other: &Val<'a>, place: Span) {
        self.each(other, &mut |me, other| {
            match me.pairs(other, place) {
                Ok(pairs) => {
                    for (key, value) in pairs {
                        match (&key, &value) {
                            (Val::Rest(_), _) => me.forget_keeping_keys(id, &key),
                            (_, Val::OneOf(branches))
                                if branches.iter().any(|(_, value)| value.is_unset()) =>
                            {
                                let Object::Dict(entries) = me.heap.get(id).clone() else { continue };
                                let before = me.entry(&entries, &key, place);
                                let merged = me.each(&value, &mut |_, value| {
                                    if value.is_unset() { before.clone() } else { value.clone() }
                                });
                                me.put(id, &key, merged, place);
                            }
                            _ => me.put(id, &key, value, place),
                        }
                    }
                }
                Err(unknown) => me.forget_keeping_keys(id, &Val::Rest(unknown)),
            }
            Val::None
        });
    }

    /// The entries of a mapping or of a sequence of pairs.
    pub(super) fn pairs(
        &mut self,
        val: &Val<'a>,
        place: Span,
    ) -> Result<Vec<(Val<'a>, Val<'a>)>, Rc<Unknown>> {
        if let Val::Object(id) = val {
            match self.heap.get(*id).clone() {
                Object::Dict(entries) => return Ok(entries),
                Object::View(names) => {
                    let names = self.heap.names(names).cloned().unwrap_or_default();
                    return Ok(entries_of(names));
                }
                _ => {}
            }
        }
        if let Val::Unknown(unknown) = val {
            return Err(unknown.clone());
        }
        let unknown = |text: &str| Rc::new(Unknown::new(Why::RunsCode, text, Some(place)));
        match val {
            Val::Object(_) | Val::Tuple(_) => {}
            Val::Call(call) => return Err(unknown(&format!("`{}()` is not evaluated", call.callee))),
            Val::Env(env) => return Err(environment(&env.variable, place)),
            Val::None => return Ok(Vec::new()),
            _ => return Err(unknown("what is added is not known")),
        }
        let mut pairs = Vec::new();
        for item in self.iterate(val, place) {
            match item {
                Val::Tuple(pair) if pair.len() == 2 => pairs.push((pair[0].clone(), pair[1].clone())),
                Val::Rest(rest) => pairs.push((Val::Rest(rest), Val::None)),
                Val::Object(id) => match self.heap.get(id) {
                    Object::List(pair) if pair.len() == 2 => pairs.push((pair[0].clone(), pair[1].clone())),
                    _ => return Err(unknown("what is added is not known")),
                },
                Val::OneOf(branches) => {
                    // An entry that may be absent.
                    let mut key = None;
                    let mut values = Vec::new();
                    for (cond, value) in branches.iter() {
                        match value {
                            Val::Unset => values.push((cond.clone(), Val::Unset)),
                            Val::Tuple(pair) if pair.len() == 2 => {
                                if key.as_ref().is_some_and(|key: &Val<'a>| !key.same(&pair[0])) {
                                    return Err(unknown("what is added is not known"));
                                }
                                key = Some(pair[0].clone());
                                values.push((cond.clone(), pair[1].clone()));
                            }
                            _ => return Err(unknown("what is added is not known")),
                        }
                    }
                    if let Some(key) = key {
                        let value = self.one_of(values);
                        pairs.push((key, value));
                    }
                }
                _ => return Err(unknown("what is added is not known")),
            }
        }
        Ok(pairs)
    }

    /// The object was changed in a way we do not follow.
    pub(super) fn forget(&mut self, id: Id, place: Span) {
        let text = format!("`{}` changes it in a way that is not known", self.source_at(place));
        let unknown = Rc::new(Unknown::new(Why::RunsCode, text, Some(place)));
        self.forget_with(id, &unknown);
    }

    pub(super) fn forget_with(&mut self, id: Id, unknown: &Rc<Unknown>) {
        let rest = Val::Rest(unknown.clone());
        match self.heap.write(id) {
            Object::List(items) | Object::Set(items) => *items = vec![rest],
            Object::Dict(entries) => *entries = vec![(rest, Val::None)],
            Object::View(names) => {
                let names = *names;
                self.forget_names_with(names, unknown);
            }
            Object::Names(_) => self.forget_names_with(id, unknown),
        }
    }

    /// Unknown entries were added; any of the known ones may have been replaced.
    fn forget_keeping_keys(&mut self, id: Id, rest: &Val<'a>) {
        let Val::Rest(unknown) = rest else { return };
        if let Object::Dict(entries) = self.heap.write(id) {
            for (key, value) in entries.iter_mut() {
                if !matches!(key, Val::Rest(_)) {
                    *value = Val::Unknown(unknown.clone());
                }
            }
            entries.push((rest.clone(), Val::None));
        }
    }

    pub(super) fn forget_names(&mut self, names: Id, place: Span) {
        let text = format!("`{}` may set any name", self.source_at(place));
        let unknown = Rc::new(Unknown::new(Why::RunsCode, text, Some(place)));
        self.forget_names_with(names, &unknown);
    }

    /// Any setting of this namespace may have been changed, and others may have been added.
    pub(super) fn forget_names_with(&mut self, names: Id, unknown: &Rc<Unknown>) {
        let Some(names) = self.heap.names_mut(names) else { return };
        for (name, slot) in &mut names.slots {
            if super::has_history(name) {
                slot.val = Val::Unknown(unknown.clone());
            }
        }
        names.open = Some((**unknown).clone());
    }

    pub(super) fn set(&mut self, items: Vec<Val<'a>>) -> Val<'a> {
        let id = self.heap.add(Object::Set(Vec::new()));
        self.add_to_set(id, items);
        Val::Object(id)
    }

    pub(super) fn add_to_set(&mut self, id: Id, more: Vec<Val<'a>>) {
        let Object::Set(items) = self.heap.get(id) else { return };
        let mut items = items.clone();
        for item in without_order(more) {
            if !items.iter().any(|known| self.equality(known, &item, 0) == Truth::Yes) {
                items.push(item);
            }
        }
        *self.heap.write(id) = Object::Set(items);
    }

    pub(super) fn items_of(&self, id: Id) -> Vec<Val<'a>> {
        match self.heap.get(id) {
            Object::List(items) | Object::Set(items) => items.clone(),
            Object::Dict(entries) => entries.iter().map(|(key, _)| key.clone()).collect(),
            _ => Vec::new(),
        }
    }

    /// What a `for` loop sees. A [`Val::Rest`] stands for elements that are not known.
    pub(super) fn iterate(&mut self, val: &Val<'a>, place: Span) -> Vec<Val<'a>> {
        match val {
            Val::Tuple(items) => items.to_vec(),
            Val::Object(id) => match self.heap.get(*id).clone() {
                Object::List(items) => items,
                Object::Set(items) => disordered(items, place),
                Object::Dict(entries) => {
                    let mut keys = Vec::new();
                    for (key, value) in entries {
                        let maybe_absent = matches!(&value, Val::OneOf(branches) if branches.iter().any(|(_, value)| value.is_unset()));
                        if let (true, Val::OneOf(branches)) = (maybe_absent, &value) {
                            let branches = branches
                                .iter()
                                .map(|(cond, value)| {
                                    (cond.clone(), if value.is_unset() { Val::Unset } else { key.clone() })
                                })
                                .collect();
                            keys.push(self.one_of(branches));
                        } else {
                            keys.push(key);
                        }
                    }
                    keys
                }
                Object::View(names) => {
                    let names = self.heap.names(names).cloned().unwrap_or_default();
                    entries_of(names).into_iter().map(|(key, _)| key).collect()
                }
                Object::Names(_) => Vec::new(),
            },
            Val::Text(text) if !text.contains(ROOT) => {
                text.chars().map(|letter| Val::text(letter.to_string())).collect()
            }
            Val::OneOf(_) => {
                let mut lists = Vec::new();
                for (cond, value) in self.cases(val) {
                    let items = self.iterate(&value, place);
                    lists.push((cond, items));
                }
                match lists.len() {
                    1 => lists.remove(0).1,
                    _ => self.join_lists(lists),
                }
            }
            Val::Unknown(unknown) => vec![Val::Rest(unknown.clone())],
            Val::Env(env) => vec![Val::Rest(environment(&env.variable, place))],
            Val::Call(call) => {
                let text = format!("`{}()` is not evaluated", call.callee);
                vec![Val::Rest(Rc::new(Unknown::new(Why::NotOurs, text, Some(place))))]
            }
            Val::None => {
                self.raised("TypeError", "`None` cannot be iterated", Some(place));
                Vec::new()
            }
            _ => {
                if let Some(items) = self.library_iterate(val, place) {
                    return items;
                }
                let text = format!("what `{}` goes through is not known", self.source_at(place));
                vec![Val::Rest(Rc::new(Unknown::new(Why::RunsCode, text, Some(place))))]
            }
        }
    }
}

/// Why the elements of a set, or the names in a folder, stand in no order that is known.
const NO_ORDER: &str = "its elements are known, but the machine orders them";

/// These elements in an order that is not known: they follow a [`Val::Rest`] that says so.
pub(super) fn disordered<'a>(mut items: Vec<Val<'a>>, place: Span) -> Vec<Val<'a>> {
    if items.len() > 1 && !items.iter().any(is_no_order) {
        items.insert(0, Val::Rest(Rc::new(Unknown::new(Why::Machine, NO_ORDER, Some(place)))));
    }
    items
}

/// The elements for a question that no order changes: how many they are, or what they are sorted.
pub(super) fn without_order<'a>(mut items: Vec<Val<'a>>) -> Vec<Val<'a>> {
    items.retain(|item| !is_no_order(item));
    items
}

pub(super) fn is_no_order(item: &Val<'_>) -> bool {
    matches!(item, Val::Rest(unknown) if unknown.why == Why::Machine && &*unknown.text == NO_ORDER)
}

pub(super) fn environment(variable: &Arc<str>, place: Span) -> Rc<Unknown> {
    let text = format!("it comes from the environment variable `{variable}`");
    Rc::new(Unknown::new(Why::Environment, text, Some(place)))
}

fn entries_of(names: Names<'_>) -> Vec<(Val<'_>, Val<'_>)> {
    let mut entries: Vec<_> =
        names.slots.into_iter().map(|(name, Slot { val, .. })| (Val::Text(name), val)).collect();
    if let Some(unknown) = names.open {
        entries.push((Val::Rest(Rc::new(unknown)), Val::None));
    }
    entries
}

/// Whether the value is known to the last part without looking at the heap.
pub(super) fn is_plain(val: &Val<'_>) -> bool {
    match val {
        Val::None
        | Val::Bool(_)
        | Val::Int(_)
        | Val::Float(_)
        | Val::Text(_)
        | Val::Bytes(_)
        | Val::Path(_) => true,
        Val::Tuple(items) => items.iter().all(is_plain),
        _ => false,
    }
}

pub(super) fn index(at: i64, length: usize) -> Option<usize> {
    let at = if at < 0 { at + length as i64 } else { at };
    usize::try_from(at).ok().filter(|at| *at < length)
}

pub(super) fn bound(at: Option<i64>, length: usize, default: usize) -> usize {
    match at {
        None => default,
        Some(at) if at < 0 => (at + length as i64).max(0) as usize,
        Some(at) => (at as usize).min(length),
    }
}

/// The indices that a slice picks.
fn sliced(
    length: usize,
    lower: Option<i64>,
    upper: Option<i64>,
    step: i64,
) -> Box<dyn Iterator<Item = usize>> {
    let whole = length as i64;
    let clamp = |at: i64, low: i64, high: i64| (if at < 0 { at + whole } else { at }).clamp(low, high);
    if step > 0 {
        let from = lower.map_or(0, |at| clamp(at, 0, whole));
        let to = upper.map_or(whole, |at| clamp(at, 0, whole));
        Box::new((from..to).step_by(step as usize).map(|at| at as usize))
    } else {
        let from = lower.map_or(whole - 1, |at| clamp(at, -1, whole - 1));
        let to = upper.map_or(-1, |at| clamp(at, -1, whole - 1));
        let by = step.unsigned_abs() as usize;
        let picked: Vec<usize> = (to + 1..=from).rev().step_by(by).map(|at| at as usize).collect();
        Box::new(picked.into_iter())
    }
}
