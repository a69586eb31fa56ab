//! Conditions: under which circumstances a value holds.
//!
//! A [`Cond`] is a conjunction of literals over atoms ("`DEBUG` is set", "the text is 'production'"). Atoms are
//! interned, so two tests of the same fact contradict or agree with each other wherever they stand.

use crate::value::{Condition, Truth};
use barding_source::Span;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

/// A fact and whether it is so.
pub(crate) type Literal = (u32, bool);

/// A conjunction of literals, sorted; empty means always.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub(crate) struct Cond(pub(crate) Rc<[Literal]>);

/// What an atom is about. Equal keys are the same fact.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    /// The environment variable is set.
    Set(Arc<str>),
    /// The variable, which is set, has this text.
    TextIs(Arc<str>, Arc<str>),
    /// The variable, which is set, is cast to something that satisfies the test named.
    Holds(Arc<str>, Arc<str>),
    /// A disjunction of conditions.
    AnyOf(Vec<Cond>),
    /// A package or file is there.
    There(Arc<str>),
    /// Something else, different from everything else.
    Fresh(u32),
    /// The truth of an unknown value, by its identity.
    TruthOf(usize),
}

#[derive(Debug)]
struct Atom {
    key: Key,
    texts: [Arc<str>; 2],
    place: Option<Span>,
    /// Whether the fact is false, and whether it is true, when no environment variable is set.
    unset: [Truth; 2],
}

/// Literals of a conjunction that are shown; the rest is "and more".
const MOST_SHOWN: usize = 4;

/// Conjunctions that are remembered before the memory is emptied.
const MOST_REMEMBERED: usize = 1 << 15;

/// Every atom of one evaluation.
#[derive(Debug, Default)]
pub(crate) struct Atoms {
    atoms: Vec<Atom>,
    by_key: FxHashMap<Key, u32>,
    /// What [`Atoms::and`] found: the same few conditions meet again and again.
    joined: RefCell<FxHashMap<(Cond, Cond), Option<Cond>>>,
}

impl Cond {
    /// Holds always.
    pub(crate) fn always() -> Self {
        Self(Rc::from([]))
    }

    pub(crate) fn is_always(&self) -> bool {
        self.0.is_empty()
    }
}

/// Both sorted lists as one, each literal once; none when one says of an atom what the other denies.
fn merged(a: &[Literal], b: &[Literal]) -> Option<Vec<Literal>> {
    let mut all = Vec::with_capacity(a.len() + b.len());
    let (mut a, mut b) = (a.iter().copied().peekable(), b.iter().copied().peekable());
    loop {
        let next = match (a.peek(), b.peek()) {
            (Some(left), Some(right)) if left == right => {
                b.next();
                a.next()
            }
            (Some(left), Some(right)) if left.0 == right.0 => return None,
            (Some(left), Some(right)) if left < right => a.next(),
            (_, Some(_)) => b.next(),
            (_, None) => a.next(),
        };
        match next {
            Some(literal) => all.push(literal),
            None => return Some(all),
        }
    }
}

impl Atoms {
    /// The condition that the fact is so (`true`) or not so. `unset` gives both truths when no variable is set.
    pub(crate) fn literal(
        &mut self,
        key: Key,
        texts: [Arc<str>; 2],
        place: Option<Span>,
        unset: [Truth; 2],
    ) -> [Cond; 2] {
        let id = match self.by_key.get(&key) {
            Some(id) => *id,
            None => {
                let id = self.atoms.len() as u32;
                self.by_key.insert(key.clone(), id);
                // What was compatible so far may not be once more is known of a variable.
                if matches!(key, Key::Set(_)) {
                    self.joined.get_mut().clear();
                }
                self.atoms.push(Atom { key, texts, place, unset });
                id
            }
        };
        [Cond(Rc::from([(id, false)])), Cond(Rc::from([(id, true)]))]
    }

    /// "The variable is not set" and "the variable is set".
    pub(crate) fn set(&mut self, variable: &Arc<str>, place: Option<Span>) -> [Cond; 2] {
        let texts = [format!("`{variable}` is not set").into(), format!("`{variable}` is set").into()];
        self.literal(Key::Set(variable.clone()), texts, place, [Truth::Yes, Truth::No])
    }

    /// A fact that nothing else speaks about.
    pub(crate) fn fresh(&mut self, text: &str, place: Option<Span>) -> [Cond; 2] {
        let key = Key::Fresh(self.atoms.len() as u32);
        self.literal(key, [format!("not ({text})").into(), text.into()], place, [Truth::Maybe, Truth::Maybe])
    }

    /// Both conditions; `None` when they exclude each other.
    pub(crate) fn and(&self, a: &Cond, b: &Cond) -> Option<Cond> {
        if a.is_always() || a == b {
            return Some(b.clone());
        }
        if b.is_always() {
            return Some(a.clone());
        }
        let pair = (a.clone(), b.clone());
        if let Some(known) = self.joined.borrow().get(&pair) {
            return known.clone();
        }
        let both = merged(&a.0, &b.0).filter(|all| !self.contradicts(all)).map(|all| Cond(all.into()));
        let mut joined = self.joined.borrow_mut();
        if joined.len() >= MOST_REMEMBERED {
            joined.clear();
        }
        joined.insert(pair, both.clone());
        both
    }

    /// Whether literals of different atoms exclude each other.
    fn contradicts(&self, sorted: &[Literal]) -> bool {
        // One variable has one text, and a text only when it is set.
        for (index, (id, holds)) in sorted.iter().enumerate() {
            if !holds {
                continue;
            }
            let (Key::TextIs(variable, text), rest) = (&self.atoms[*id as usize].key, &sorted[index + 1..])
            else {
                continue;
            };
            for (other, other_holds) in rest {
                if let Key::TextIs(same, different) = &self.atoms[*other as usize].key
                    && *other_holds
                    && same == variable
                    && different != text
                {
                    return true;
                }
            }
            if let Some(set) = self.by_key.get(&Key::Set(variable.clone()))
                && sorted.binary_search(&(*set, false)).is_ok()
            {
                return true;
            }
        }
        // "Any of these" is false where one of them holds, and excluded where each of them is.
        for (id, holds) in sorted {
            if let Key::AnyOf(conditions) = &self.atoms[*id as usize].key {
                let implied =
                    |cond: &Cond| cond.0.iter().all(|literal| sorted.binary_search(literal).is_ok());
                let excluded =
                    |cond: &Cond| cond.0.iter().any(|(id, is)| sorted.binary_search(&(*id, !is)).is_ok());
                if !holds && conditions.iter().any(implied) || *holds && conditions.iter().all(excluded) {
                    return true;
                }
            }
        }
        false
    }

    /// At least one of the conditions, simplified where two differ in one literal alone.
    pub(crate) fn any_of(&mut self, mut conditions: Vec<Cond>, complement: Option<&[Cond]>) -> Cond {
        conditions.sort();
        conditions.dedup();
        self.resolve(&mut conditions);
        if conditions.iter().any(Cond::is_always) {
            return Cond::always();
        }
        if let [only] = conditions.as_slice() {
            return only.clone();
        }
        let key = Key::AnyOf(conditions.clone());
        if let Some(id) = self.by_key.get(&key) {
            return Cond(Rc::from([(*id, true)]));
        }
        let unset = |atoms: &Self, conditions: &[Cond]| {
            conditions.iter().map(|cond| atoms.when_unset(cond)).fold(Truth::No, Truth::or)
        };
        let is = unset(self, &conditions);
        let is_not = complement.map_or(!is, |others| unset(self, others));
        let shown: Vec<String> = conditions.iter().take(2).map(|cond| self.text(cond)).collect();
        let more = if conditions.len() > 2 { " or otherwise" } else { "" };
        let text = format!("{}{more}", shown.join(" or "));
        let negative = match complement {
            Some([only]) => self.text(only),
            _ => format!("neither {}", shown.join(" nor ")),
        };
        let place = conditions.iter().find_map(|cond| self.place(cond));
        let [_, yes] = self.literal(key, [negative.into(), text.into()], place, [is_not, is]);
        yes
    }

    /// Merges conditions that differ in one literal alone, and drops what another one covers.
    fn resolve(&self, conditions: &mut Vec<Cond>) {
        'again: for _ in 0..8 {
            if conditions.len() > 24 {
                return;
            }
            for i in 0..conditions.len() {
                for j in 0..conditions.len() {
                    if i == j {
                        continue;
                    }
                    let (a, b) = (conditions[i].clone(), conditions[j].clone());
                    if a.0.iter().all(|literal| b.0.contains(literal)) {
                        conditions.remove(j);
                        continue 'again;
                    }
                    if a.0.len() == b.0.len() {
                        let same: Vec<Literal> =
                            a.0.iter().copied().filter(|literal| b.0.contains(literal)).collect();
                        let flipped = a.0.iter().filter(|(id, is)| b.0.contains(&(*id, !is))).count();
                        if same.len() + 1 == a.0.len() && flipped == 1 {
                            conditions[i] = Cond(same.into());
                            conditions.remove(j);
                            continue 'again;
                        }
                    } else if a.0.len() == 1 && b.0.contains(&(a.0[0].0, !a.0[0].1)) {
                        // a or (not a and rest) is a or rest.
                        let rest: Vec<Literal> =
                            b.0.iter().copied().filter(|(id, _)| *id != a.0[0].0).collect();
                        conditions[j] = Cond(rest.into());
                        continue 'again;
                    }
                }
            }
            return;
        }
    }

    /// Makes two conditions that exclude each other in fact do so in form: both get a literal of one atom.
    pub(crate) fn oppose(&mut self, a: Cond, b: Cond) -> (Cond, Cond) {
        if self.and(&a, &b).is_none() {
            return (a, b);
        }
        let unset = [self.when_unset(&b), self.when_unset(&a)];
        let texts = [self.text(&b).into(), self.text(&a).into()];
        let place = self.place(&a);
        let [no, yes] = self.literal(Key::AnyOf(vec![a.clone()]), texts, place, unset);
        (self.and(&a, &yes).unwrap_or(yes), self.and(&b, &no).unwrap_or(no))
    }

    /// Whether the condition holds when no environment variable is set.
    pub(crate) fn when_unset(&self, cond: &Cond) -> Truth {
        cond.0
            .iter()
            .map(|(id, is)| self.atoms[*id as usize].unset[usize::from(*is)])
            .fold(Truth::Yes, Truth::and)
    }

    pub(crate) fn text(&self, cond: &Cond) -> String {
        let mut texts: Vec<&str> = Vec::new();
        for (id, is) in cond.0.iter() {
            let text = &*self.atoms[*id as usize].texts[usize::from(*is)];
            if !texts.contains(&text) {
                texts.push(text);
            }
            if texts.len() > MOST_SHOWN * 4 {
                break;
            }
        }
        // "`X` is set" goes without saying beside what its text is.
        if texts.len() > 1 {
            let all = texts.clone();
            texts.retain(|text| match text.strip_suffix(" is set") {
                Some(name) => !all.iter().any(|other| other != text && other.contains(name)),
                None => true,
            });
        }
        let several = texts.len() > 1;
        let shown = texts.iter().take(MOST_SHOWN).map(|text| {
            if several && text.contains(" or ") { format!("({text})") } else { (*text).to_owned() }
        });
        let mut joined = shown.collect::<Vec<_>>().join(" and ");
        if texts.len() > MOST_SHOWN {
            joined.push_str(" and more");
        }
        if joined.len() > 240 {
            let mut end = 236;
            while !joined.is_char_boundary(end) {
                end -= 1;
            }
            joined.truncate(end);
            joined.push('…');
        }
        joined
    }

    fn place(&self, cond: &Cond) -> Option<Span> {
        cond.0.iter().find_map(|(id, _)| self.atoms[*id as usize].place)
    }

    /// The condition as the model shows it.
    pub(crate) fn shown(&self, cond: &Cond) -> Condition {
        Condition::new(self.text(cond), self.place(cond), self.when_unset(cond))
    }
}
