//! What is known about a value: where it comes from, what it can no longer harm, and what it looks like.

use super::{FlowKind, SourceKind};
use crate::code::{ClassRef, FunctionRef, Symbol};
use barding_source::Span;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// A set of kinds of harm, one bit each; the upper bits note how a guard proved something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Marks(pub(super) u32);

impl Marks {
    pub(super) const NONE: Marks = Marks(0);
    pub(super) const ALL: Marks = Marks((1 << 28) - 1);
    /// A path that was made absolute: a comparison with the base folder now means something.
    pub(super) const RESOLVED: Marks = Marks(1 << 29);
    /// A condition looked at it, and we cannot tell what that proved.
    pub(super) const LOOKED_AT: Marks = Marks(1 << 30);

    /// What names alone can harm, and the values behind them cannot.
    pub(super) const NAMES: Marks = Marks::of(FlowKind::Attribute)
        .with(Marks::of(FlowKind::Lookup))
        .with(Marks::of(FlowKind::MassAssignment));

    pub(super) const fn of(kind: FlowKind) -> Marks {
        Marks(1 << kind as u32)
    }

    pub(super) fn has(self, kind: FlowKind) -> bool {
        self.0 & (1 << kind as u32) != 0
    }

    pub(super) const fn with(self, other: Marks) -> Marks {
        Marks(self.0 | other.0)
    }

    pub(super) const fn without(self, other: Marks) -> Marks {
        Marks(self.0 & !other.0)
    }

    pub(super) const fn both(self, other: Marks) -> Marks {
        Marks(self.0 & other.0)
    }

    pub(super) const fn holds(self, other: Marks) -> bool {
        self.0 & other.0 == other.0
    }
}

/// What a tainted value grew from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Root {
    /// A parameter of the function being looked at.
    Parameter(u16),
    /// A name of a function around it.
    Free(Symbol),
    /// Data from outside.
    Source(SourceKind),
}

/// A step into a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Step {
    /// `.name`
    Attribute(Symbol),
    /// `["key"]`, by the hash of the key
    Key(u32),
}

/// How far into parameters and containers we tell parts apart.
const DEEPEST: usize = 3;

/// Where in the outside world, or in the caller, a value comes from. Two values of one origin are the same data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Origin {
    pub(super) root: Root,
    pub(super) path: [Option<Step>; DEEPEST],
}

impl Origin {
    pub(super) fn new(root: Root) -> Self {
        Self { root, path: [None; DEEPEST] }
    }

    /// The origin one step further in; `None` when we stop telling parts apart.
    pub(super) fn into(mut self, step: Step) -> Option<Self> {
        let free = self.path.iter_mut().find(|step| step.is_none())?;
        *free = Some(step);
        Some(self)
    }

    pub(super) fn steps(&self) -> impl Iterator<Item = Step> + '_ {
        self.path.iter().map_while(|step| *step)
    }

    pub(super) fn is_whole(&self) -> bool {
        self.path[0].is_none()
    }
}

/// One strand of taint in a value.
#[derive(Clone, Debug)]
pub(super) struct Taint {
    pub(super) origin: Origin,
    /// 0 for the data itself; another number for each text computed from it.
    pub(super) form: u32,
    /// What it can no longer harm.
    pub(super) clean: Marks,
    /// How many steps we had to guess.
    pub(super) doubt: u8,
    /// How it came here.
    pub(super) trace: Option<Arc<Trace>>,
}

/// A step of the way, with those before it.
#[derive(Debug)]
pub(super) struct Trace {
    pub(super) span: Span,
    pub(super) note: Note,
    pub(super) before: Option<Arc<Trace>>,
    pub(super) length: u16,
}

/// What happened at a step.
#[derive(Clone, Debug)]
pub(super) enum Note {
    Source(SourceKind),
    Assigned(Symbol),
    Passed(FunctionRef),
    Returned(FunctionRef),
    Stored(Symbol),
    Parameter(Symbol),
}

/// The longest story worth telling.
const LONGEST_TRACE: u16 = 24;

pub(super) fn extend(before: &Option<Arc<Trace>>, span: Span, note: Note) -> Option<Arc<Trace>> {
    let length = before.as_ref().map_or(0, |before| before.length);
    if length >= LONGEST_TRACE {
        return before.clone();
    }
    if let Some(last) = before
        && last.span == span
    {
        return before.clone();
    }
    Some(Arc::new(Trace { span, note, before: before.clone(), length: length + 1 }))
}

/// What a value looks like, as far as it matters.
#[derive(Clone, Debug, Default)]
pub(super) enum Shape {
    #[default]
    Unknown,
    /// The request.
    Request,
    /// `request.GET` and its kin: every key and value is the visitor's.
    Bag,
    /// An uploaded file.
    Upload,
    /// `cleaned_data` of a form, `validated_data` of a serializer.
    Cleaned(Option<ClassRef>),
    /// An object of a class of the project, with the fields we saw set.
    Instance(ClassRef, Arc<Vec<(Symbol, Value)>>),
    Class(ClassRef),
    Function(FunctionRef),
    Method(FunctionRef, Arc<Value>, ClassRef),
    Super(ClassRef, Arc<Value>),
    Module(crate::code::ModuleId),
    /// Something from outside, by dotted name.
    External(Arc<str>),
    /// A manager or query set of a model of the project.
    Query(ClassRef),
    Tuple(Arc<Vec<Value>>),
    /// A list or set; what its items are.
    List(Arc<Value>),
    /// Keys (by hash) and values, and whether there may be more.
    Dict(Arc<Vec<(u32, Value)>>, Arc<Value>),
}

/// A value.
#[derive(Clone, Debug, Default)]
pub(super) struct Value {
    pub(super) taints: Vec<Taint>,
    /// The kinds of harm that parts without a known origin might do. Constants can do none.
    pub(super) open: Marks,
    /// Where text was put together with a part that is not constant.
    pub(super) built: Option<Span>,
    pub(super) shape: Shape,
    /// The text with a NUL for each part that is not constant; `None` when nothing of it is known.
    pub(super) text: Option<Arc<str>>,
}

/// More strands than this in one value tell nothing new.
const MOST_TAINTS: usize = 10;
/// Longer texts are not kept.
const LONGEST_TEXT: usize = 4000;

impl Value {
    pub(super) fn unknown() -> Self {
        Self { open: Marks::ALL, ..Self::default() }
    }

    pub(super) fn harmless() -> Self {
        Self::default()
    }

    pub(super) fn text(text: &str) -> Self {
        let text = if text.len() > LONGEST_TEXT { &text[..floor(text, LONGEST_TEXT)] } else { text };
        Self { text: Some(text.into()), ..Self::default() }
    }

    pub(super) fn shaped(shape: Shape) -> Self {
        Self { shape, open: Marks::ALL, ..Self::default() }
    }

    pub(super) fn external(name: impl Into<Arc<str>>) -> Self {
        Self::shaped(Shape::External(name.into()))
    }

    /// Whether it is made of constants alone.
    pub(super) fn is_constant(&self) -> bool {
        self.taints.is_empty() && self.open == Marks::NONE
    }

    /// The whole text, when every part of it is constant.
    pub(super) fn constant_text(&self) -> Option<&str> {
        self.text.as_deref().filter(|text| self.is_constant() && !text.contains('\0'))
    }

    pub(super) fn external_name(&self) -> Option<&str> {
        match &self.shape {
            Shape::External(name) => Some(name),
            _ => None,
        }
    }

    /// The same value, unable to do some kinds of harm.
    #[must_use]
    pub(super) fn cleaned(mut self, marks: Marks) -> Self {
        for taint in &mut self.taints {
            taint.clean = taint.clean.with(marks);
        }
        self.open = self.open.without(marks);
        self
    }

    /// A value computed from this one: the strands stay, the form is new.
    #[must_use]
    pub(super) fn derived(&self, form: u32, doubt: u8) -> Self {
        let taints = self
            .taints
            .iter()
            .map(|taint| Taint {
                form: form | 1,
                doubt: taint.doubt.saturating_add(doubt),
                clean: taint.clean.without(Marks::RESOLVED),
                ..taint.clone()
            })
            .collect();
        Self { taints, open: self.open, built: self.built, shape: Shape::Unknown, text: None }
    }

    /// Takes over the strands and the openness of another value.
    pub(super) fn absorb(&mut self, other: &Value) {
        self.open = self.open.with(other.open);
        self.built = self.built.or(other.built);
        for taint in &other.taints {
            add_taint(&mut self.taints, taint);
        }
    }

    /// What it may be after either of two branches.
    pub(super) fn join(&mut self, other: &Value) {
        self.absorb(other);
        if self.text != other.text {
            self.text = None;
        }
        self.shape = join_shapes(std::mem::take(&mut self.shape), &other.shape);
    }

    /// Whether `other` brings anything new.
    pub(super) fn covers(&self, other: &Value) -> bool {
        self.open.holds(other.open)
            && (self.built.is_some() || other.built.is_none())
            && other.taints.iter().all(|taint| {
                self.taints.len() >= MOST_TAINTS
                    || self.taints.iter().any(|mine| {
                        mine.origin == taint.origin
                            && mine.form == taint.form
                            && taint.clean.holds(mine.clean)
                    })
            })
    }
}

pub(super) fn add_taint(list: &mut Vec<Taint>, taint: &Taint) {
    for mine in list.iter_mut() {
        if mine.origin == taint.origin && mine.form == taint.form {
            mine.clean = mine.clean.both(taint.clean);
            mine.doubt = mine.doubt.min(taint.doubt);
            return;
        }
    }
    if list.len() < MOST_TAINTS {
        list.push(taint.clone());
    } else if let Some(mine) = list.iter_mut().find(|mine| mine.origin == taint.origin) {
        // No room for another form of the same data: what is proved of one form only is not proved.
        mine.clean = mine.clean.both(taint.clean);
        mine.doubt = mine.doubt.min(taint.doubt);
    } else if matches!(taint.origin.root, Root::Source(_))
        && let Some(at) = list.iter().position(|mine| !matches!(mine.origin.root, Root::Source(_)))
    {
        list[at] = taint.clone();
    }
}

fn join_shapes(mine: Shape, other: &Shape) -> Shape {
    match (mine, other) {
        (Shape::Unknown, other) => other.clone(),
        (mine, Shape::Unknown) => mine,
        (Shape::Tuple(a), Shape::Tuple(b)) if a.len() == b.len() => {
            if Arc::ptr_eq(&a, b) {
                return Shape::Tuple(a);
            }
            let joined = a
                .iter()
                .zip(b.iter())
                .map(|(a, b)| {
                    let mut a = a.clone();
                    a.join(b);
                    a
                })
                .collect();
            Shape::Tuple(Arc::new(joined))
        }
        (Shape::List(a), Shape::List(b)) => {
            let mut a = (*a).clone();
            a.join(b);
            Shape::List(Arc::new(a))
        }
        (Shape::Dict(a, rest_a), Shape::Dict(b, rest_b)) => {
            if Arc::ptr_eq(&a, b) && Arc::ptr_eq(&rest_a, rest_b) {
                return Shape::Dict(a, rest_a);
            }
            let mut items = (*a).clone();
            for (key, value) in b.iter() {
                join_entry(&mut items, *key, value);
            }
            let mut rest = (*rest_a).clone();
            rest.join(rest_b);
            Shape::Dict(Arc::new(items), Arc::new(rest))
        }
        (Shape::Instance(a, fields_a), Shape::Instance(b, fields_b)) if a == *b => {
            if Arc::ptr_eq(&fields_a, fields_b) {
                return Shape::Instance(a, fields_a);
            }
            let mut fields = (*fields_a).clone();
            for (name, value) in fields_b.iter() {
                join_entry(&mut fields, *name, value);
            }
            Shape::Instance(a, Arc::new(fields))
        }
        (mine, _) => mine,
    }
}

/// More entries of one container or object are not told apart.
const MOST_ENTRIES: usize = 64;

/// Puts a value under a key, in place of what was there.
pub(super) fn put_entry<K: PartialEq>(list: &mut Vec<(K, Value)>, key: K, value: Value) {
    if let Some((_, mine)) = list.iter_mut().find(|(mine, _)| *mine == key) {
        *mine = value;
    } else if list.len() < MOST_ENTRIES {
        list.push((key, value));
    }
}

/// Puts a value under a key, beside what was there.
pub(super) fn join_entry<K: PartialEq>(list: &mut Vec<(K, Value)>, key: K, value: &Value) {
    if let Some((_, mine)) = list.iter_mut().find(|(mine, _)| *mine == key) {
        mine.join(value);
    } else if list.len() < MOST_ENTRIES {
        list.push((key, value.clone()));
    }
}

pub(super) fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The number under which a mapping keeps what its computed keys are made of.
pub(super) const COMPUTED: u32 = 0;

/// The number of a key.
pub(super) fn key(text: &str) -> u32 {
    use std::hash::Hasher;
    let mut hasher = rustc_hash::FxHasher::default();
    hasher.write(text.as_bytes());
    (hasher.finish() >> 16) as u32
}

/// The variables of a function at one point, and what guards proved about where data comes from. Changes are noted so
/// that a branch can be taken back: the cost of a branch is what it changes, not what there is.
#[derive(Debug, Default)]
pub(super) struct Env {
    variables: FxHashMap<Place, Value>,
    facts: FxHashMap<(Origin, u32), Marks>,
    journal: Vec<Undo>,
    pub(super) live: bool,
}

/// A variable, or a field of the object a variable holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Place(pub(super) Symbol, pub(super) Option<Symbol>);

#[derive(Debug)]
enum Undo {
    Variable(Place, Option<Value>),
    Fact((Origin, u32), Option<Marks>),
}

/// What a branch changed.
#[derive(Clone, Debug, Default)]
pub(super) struct Changes {
    variables: Vec<(Place, Option<Value>)>,
    facts: Vec<((Origin, u32), Option<Marks>)>,
}

impl Changes {
    /// A value with what this branch proved about it written into it.
    fn settle(&self, value: &Value) -> Value {
        let mut value = value.clone();
        for ((origin, form), marks) in &self.facts {
            let Some(marks) = marks else { continue };
            for taint in &mut value.taints {
                if taint.origin == *origin && (*form == 0 || *form == taint.form) {
                    taint.clean = taint.clean.with(*marks);
                }
            }
        }
        value
    }
}

/// A point in the journal.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark(usize);

impl Env {
    pub(super) fn new() -> Self {
        Self { live: true, ..Self::default() }
    }

    pub(super) fn get(&self, place: Place) -> Option<&Value> {
        self.variables.get(&place)
    }

    pub(super) fn set(&mut self, place: Place, value: Value) {
        let old = self.variables.insert(place, value);
        self.journal.push(Undo::Variable(place, old));
    }

    pub(super) fn unset(&mut self, place: Place) {
        if let Some(old) = self.variables.remove(&place) {
            self.journal.push(Undo::Variable(place, Some(old)));
        }
    }

    /// What is proved about data of an origin in one of its forms.
    pub(super) fn fact(&self, origin: Origin, form: u32) -> Marks {
        if self.facts.is_empty() {
            return Marks::NONE;
        }
        let mut marks = Marks::NONE;
        let mut prefix = origin;
        loop {
            for form in [0, form] {
                if let Some(more) = self.facts.get(&(prefix, form)) {
                    marks = marks.with(*more);
                }
            }
            let Some(last) = prefix.path.iter_mut().rev().find(|step| step.is_some()) else { break };
            *last = None;
        }
        marks
    }

    pub(super) fn prove(&mut self, origin: Origin, form: u32, marks: Marks) {
        let old = self.facts.get(&(origin, form)).copied();
        let new = old.unwrap_or_default().with(marks);
        if old != Some(new) {
            self.facts.insert((origin, form), new);
            self.journal.push(Undo::Fact((origin, form), old));
        }
    }

    pub(super) fn facts(&self) -> impl Iterator<Item = (&(Origin, u32), &Marks)> {
        self.facts.iter()
    }

    pub(super) fn mark(&self) -> Mark {
        Mark(self.journal.len())
    }

    /// What changed since the mark; everything is as it was there afterwards.
    pub(super) fn take_back(&mut self, mark: Mark) -> Changes {
        let changes = self.changes(mark);
        while self.journal.len() > mark.0 {
            match self.journal.pop() {
                Some(Undo::Variable(place, Some(old))) => {
                    self.variables.insert(place, old);
                }
                Some(Undo::Variable(place, None)) => {
                    self.variables.remove(&place);
                }
                Some(Undo::Fact(key, Some(old))) => {
                    self.facts.insert(key, old);
                }
                Some(Undo::Fact(key, None)) => {
                    self.facts.remove(&key);
                }
                None => break,
            }
        }
        changes
    }

    /// What changed since the mark.
    pub(super) fn changes(&self, mark: Mark) -> Changes {
        let mut changes = Changes::default();
        let mut seen_variables = rustc_hash::FxHashSet::default();
        let mut seen_facts = rustc_hash::FxHashSet::default();
        for undo in &self.journal[mark.0..] {
            match undo {
                Undo::Variable(place, _) => {
                    if seen_variables.insert(*place) {
                        changes.variables.push((*place, self.variables.get(place).cloned()));
                    }
                }
                Undo::Fact(key, _) => {
                    if seen_facts.insert(*key) {
                        changes.facts.push((*key, self.facts.get(key).copied()));
                    }
                }
            }
        }
        changes
    }

    /// The state after any of several branches that all began here.
    pub(super) fn merge(&mut self, branches: &[Changes]) {
        match branches {
            [] => {}
            [one] => {
                for (place, value) in &one.variables {
                    match value {
                        Some(value) => self.set(*place, value.clone()),
                        None => self.unset(*place),
                    }
                }
                for ((origin, form), marks) in &one.facts {
                    if let Some(marks) = marks {
                        self.prove(*origin, *form, *marks);
                    }
                }
            }
            several => {
                let mut order: Vec<Place> = Vec::new();
                let mut seen = rustc_hash::FxHashSet::default();
                for branch in several {
                    order.extend(
                        branch.variables.iter().map(|(place, _)| *place).filter(|place| seen.insert(*place)),
                    );
                }
                let assigned: Vec<FxHashMap<Place, &Option<Value>>> = several
                    .iter()
                    .map(|branch| branch.variables.iter().map(|(place, value)| (*place, value)).collect())
                    .collect();
                for place in order {
                    let mut joined: Option<Value> = None;
                    let mut join = |value: &Value| match &mut joined {
                        Some(joined) => joined.join(value),
                        None => joined = Some(value.clone()),
                    };
                    let before = self.variables.get(&place);
                    for (branch, assigned) in several.iter().zip(&assigned) {
                        match assigned.get(&place) {
                            // What the branch proved holds at its end, whatever name the data has there.
                            Some(Some(value)) => join(&branch.settle(value)),
                            Some(None) => {}
                            // This branch left it alone, but may have proved something about it.
                            None => {
                                if let Some(before) = before {
                                    join(&branch.settle(before));
                                }
                            }
                        }
                    }
                    if let Some(joined) = joined {
                        self.set(place, joined);
                    }
                }
                // A fact holds afterwards when every branch proved it.
                let first = &several[0];
                for (key, marks) in &first.facts {
                    let Some(mut marks) = *marks else { continue };
                    for other in &several[1..] {
                        let theirs = other.facts.iter().find(|(theirs, _)| theirs == key);
                        marks = marks.both(theirs.and_then(|(_, marks)| *marks).unwrap_or_default());
                    }
                    if marks != Marks::NONE {
                        self.prove(key.0, key.1, marks);
                    }
                }
            }
        }
    }
}
