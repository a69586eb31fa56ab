//! The heap, and what happens to it when execution splits and joins.
//!
//! Every list, dictionary, set and namespace is an object here. A branch whose condition is not known runs inside a
//! transaction: what it changed is taken out as [`Changes`], the state before is restored for the other branch, and
//! the two are joined object by object.

use super::Evaluator;
use super::cond::Cond;
use super::val::{Id, Names, Object, Slot, Val};
use crate::settings::Assignment;
use crate::value::Truth;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

/// What a branch changed: the new contents of old objects.
#[derive(Clone, Debug, Default)]
pub(crate) struct Changes<'a>(pub(crate) BTreeMap<Id, Object<'a>>);

#[derive(Debug, Default)]
pub(crate) struct Heap<'a> {
    objects: Vec<Object<'a>>,
    frames: Vec<Frame<'a>>,
}

#[derive(Debug)]
struct Frame<'a> {
    first_new: u32,
    saved: BTreeMap<Id, Object<'a>>,
}

impl<'a> Heap<'a> {
    pub(crate) fn add(&mut self, object: Object<'a>) -> Id {
        self.objects.push(object);
        Id(self.objects.len() as u32 - 1)
    }

    pub(crate) fn len(&self) -> usize {
        self.objects.len()
    }

    pub(crate) fn get(&self, id: Id) -> &Object<'a> {
        &self.objects[id.0 as usize]
    }

    /// The object for writing; the transaction around remembers what it was.
    pub(crate) fn write(&mut self, id: Id) -> &mut Object<'a> {
        if let Some(frame) = self.frames.last_mut()
            && id.0 < frame.first_new
            && !frame.saved.contains_key(&id)
        {
            frame.saved.insert(id, self.objects[id.0 as usize].clone());
        }
        &mut self.objects[id.0 as usize]
    }

    pub(crate) fn begin(&mut self) {
        self.frames.push(Frame { first_new: self.objects.len() as u32, saved: BTreeMap::new() });
    }

    /// Ends the innermost transaction: restores what was before and hands out what became of it.
    pub(crate) fn take(&mut self) -> Changes<'a> {
        let Some(frame) = self.frames.pop() else { return Changes::default() };
        let mut changes = BTreeMap::new();
        for (id, before) in frame.saved {
            changes.insert(id, std::mem::replace(&mut self.objects[id.0 as usize], before));
        }
        Changes(changes)
    }

    pub(crate) fn apply(&mut self, changes: Changes<'a>) {
        for (id, object) in changes.0 {
            *self.write(id) = object;
        }
    }

    pub(crate) fn names(&self, id: Id) -> Option<&Names<'a>> {
        match self.get(id) {
            Object::Names(names) => Some(names),
            _ => None,
        }
    }

    pub(crate) fn names_mut(&mut self, id: Id) -> Option<&mut Names<'a>> {
        match self.write(id) {
            Object::Names(names) => Some(names),
            _ => None,
        }
    }
}

impl<'a> Changes<'a> {
    /// These changes and then those.
    pub(crate) fn then(mut self, later: Changes<'a>) -> Self {
        self.0.extend(later.0);
        self
    }
}

impl<'a> Evaluator<'a> {
    /// Joins the outcomes of branches that exclude each other into the present state.
    pub(crate) fn join(&mut self, mut outcomes: Vec<(Cond, Changes<'a>)>) {
        match outcomes.len() {
            0 => return,
            1 => {
                let (_, changes) = outcomes.remove(0);
                self.heap.apply(changes);
                return;
            }
            _ => {}
        }
        let mut touched: Vec<Id> =
            outcomes.iter().flat_map(|(_, changes)| changes.0.keys().copied()).collect();
        touched.sort_unstable();
        touched.dedup();
        for id in touched {
            let versions: Vec<(Cond, Object<'a>)> = outcomes
                .iter_mut()
                .map(|(cond, changes)| {
                    let object = changes.0.remove(&id).unwrap_or_else(|| self.heap.get(id).clone());
                    (cond.clone(), object)
                })
                .collect();
            let joined = self.join_objects(versions);
            *self.heap.write(id) = joined;
        }
    }

    fn join_objects(&mut self, versions: Vec<(Cond, Object<'a>)>) -> Object<'a> {
        let mut lists = Vec::new();
        match &versions[0].1 {
            Object::Names(_) => {
                let mut all = Vec::new();
                for (cond, object) in versions {
                    if let Object::Names(names) = object {
                        all.push((cond, names));
                    }
                }
                return Object::Names(self.join_names(all));
            }
            Object::Dict(_) => {
                let mut all = Vec::new();
                for (cond, object) in versions {
                    if let Object::Dict(entries) = object {
                        all.push((cond, entries));
                    }
                }
                return Object::Dict(self.join_dicts(all));
            }
            Object::View(id) => return Object::View(*id),
            Object::List(_) | Object::Set(_) => {}
        }
        let is_set = matches!(versions[0].1, Object::Set(_));
        for (cond, object) in versions {
            match object {
                Object::List(items) | Object::Set(items) => lists.push((cond, items)),
                _ => {}
            }
        }
        let items = self.join_lists(lists);
        if is_set { Object::Set(items) } else { Object::List(items) }
    }

    /// One list whose elements say under which condition they are there.
    pub(crate) fn join_lists(&mut self, mut versions: Vec<(Cond, Vec<Val<'a>>)>) -> Vec<Val<'a>> {
        let Some((mut cond, mut joined)) = versions.pop() else { return Vec::new() };
        while let Some((next, items)) = versions.pop() {
            let (there, other) = self.atoms.oppose(next.clone(), cond.clone());
            joined = self.join_two_lists(&there, items, &other, joined);
            cond = self.atoms.any_of(vec![next, cond], None);
        }
        joined
    }

    fn join_two_lists(
        &mut self,
        a: &Cond,
        mut left: Vec<Val<'a>>,
        b: &Cond,
        mut right: Vec<Val<'a>>,
    ) -> Vec<Val<'a>> {
        let prefix = left.iter().zip(right.iter()).take_while(|(a, b)| a.same(b)).count();
        let most = left.len().min(right.len()) - prefix;
        let suffix =
            left.iter().rev().zip(right.iter().rev()).take(most).take_while(|(a, b)| a.same(b)).count();
        let tail = left.split_off(left.len() - suffix);
        right.truncate(right.len() - suffix);
        let middle_right = right.split_off(prefix);
        let middle_left = left.split_off(prefix);
        let mut joined = left;
        if middle_left.len() == middle_right.len() {
            for (one, other) in middle_left.into_iter().zip(middle_right) {
                joined.push(self.one_of(vec![(a.clone(), one), (b.clone(), other)]));
            }
        } else {
            for item in middle_left {
                joined.push(self.only_when(a, b, item));
            }
            for item in middle_right {
                joined.push(self.only_when(b, a, item));
            }
        }
        joined.extend(tail);
        joined
    }

    fn only_when(&mut self, there: &Cond, absent: &Cond, item: Val<'a>) -> Val<'a> {
        if matches!(item, Val::Rest(_)) {
            return item;
        }
        self.one_of(vec![(there.clone(), item), (absent.clone(), Val::Unset)])
    }

    fn join_dicts(&mut self, versions: Vec<(Cond, Vec<(Val<'a>, Val<'a>)>)>) -> Vec<(Val<'a>, Val<'a>)> {
        let mut keys: Vec<Val<'a>> = Vec::new();
        for (_, entries) in &versions {
            for (key, _) in entries {
                if !keys.iter().any(|known| known.same(key)) {
                    keys.push(key.clone());
                }
            }
        }
        let mut joined = Vec::new();
        for key in keys {
            let branches = versions
                .iter()
                .map(|(cond, entries)| {
                    let value = entries.iter().find(|(known, _)| known.same(&key));
                    (cond.clone(), value.map_or(Val::Unset, |(_, value)| value.clone()))
                })
                .collect();
            let value = if matches!(key, Val::Rest(_)) { Val::None } else { self.one_of(branches) };
            joined.push((key, value));
        }
        joined
    }

    fn join_names(&mut self, versions: Vec<(Cond, Names<'a>)>) -> Names<'a> {
        let mut all: Vec<Arc<str>> =
            versions.iter().flat_map(|(_, names)| names.slots.keys().cloned()).collect();
        all.sort();
        all.dedup();
        let mut joined = Names::default();
        // What only some cases bring in is optional; what every case brings in is sure to be there. A library that gets
        // the namespace in its hands is taken to be installed: what it does is not known in any case.
        let by_library = versions.iter().find_map(|(_, names)| {
            names.open.as_ref().filter(|unknown| unknown.why == crate::value::Why::NotOurs)
        });
        if versions.iter().all(|(_, names)| names.open.is_some()) {
            joined.open.clone_from(&versions[0].1.open);
        } else if by_library.is_some() {
            joined.open = by_library.cloned();
        } else {
            for (_, names) in &versions {
                if let Some(unknown) = &names.open
                    && !self.optional.contains(unknown)
                {
                    self.optional.push(unknown.clone());
                }
            }
        }
        for (_, names) in &versions {
            for star in &names.stars {
                if !joined.stars.contains(star) {
                    joined.stars.push(star.clone());
                }
            }
        }
        for name in all {
            let slots: Vec<(Cond, Option<&Slot<'a>>)> =
                versions.iter().map(|(cond, names)| (cond.clone(), names.slots.get(&name))).collect();
            let first = slots[0].1;
            let unchanged = slots.iter().all(|(_, slot)| match (slot, first) {
                (Some(a), Some(b)) => a.val.same(&b.val) && Rc::ptr_eq(&a.history, &b.history),
                _ => false,
            });
            if let (true, Some(slot)) = (unchanged, first) {
                joined.slots.insert(name, slot.clone());
                continue;
            }
            let history = join_histories(slots.iter().filter_map(|(_, slot)| slot.map(|slot| &slot.history)));
            let branches = slots
                .into_iter()
                .map(|(cond, slot)| (cond, slot.map_or(Val::Unset, |slot| slot.val.clone())))
                .collect();
            let val = self.one_of(branches);
            joined.slots.insert(name, Slot { val, history });
        }
        joined
    }
}

/// The common beginning, then what each branch added; none of that is sure to have happened.
fn join_histories<'h>(histories: impl Iterator<Item = &'h Rc<Vec<Assignment>>>) -> Rc<Vec<Assignment>> {
    let all: Vec<&Rc<Vec<Assignment>>> = histories.collect();
    let Some(first) = all.first() else { return Rc::default() };
    if all.iter().all(|history| Rc::ptr_eq(history, first)) {
        return (*first).clone();
    }
    let same = |a: &Assignment, b: &Assignment| a.place == b.place && a.via == b.via;
    let shortest = all.iter().map(|history| history.len()).min().unwrap_or(0);
    let common =
        (0..shortest).take_while(|at| all.iter().all(|history| same(&history[*at], &first[*at]))).count();
    let mut joined: Vec<Assignment> = first[..common].to_vec();
    for history in all {
        for step in &history[common..] {
            if joined[common..].iter().any(|known| same(known, step)) {
                continue;
            }
            let mut step = step.clone();
            step.happens = Truth::Maybe;
            joined.push(step);
        }
    }
    Rc::new(joined)
}
