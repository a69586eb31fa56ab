//! Names and what they are bound to.

use super::syntax::{ClassId, ExprId, FunctionId, ScopeId, Symbol};
use rustc_hash::FxHashMap;

/// The names of a module, a class or a function.
#[derive(Clone, Debug)]
pub struct Scope {
    /// Whose names these are.
    pub kind: ScopeKind,
    /// The scope around it.
    pub parent: Option<ScopeId>,
    /// What each name is bound to, in the order of the text.
    pub bindings: FxHashMap<Symbol, Vec<Binding>>,
    /// For classes: what methods bind with `self.name = …`, and the scope the value is read in.
    pub instance: FxHashMap<Symbol, Vec<(Binding, ScopeId)>>,
    /// The modules of `from … import *`.
    pub stars: Vec<Box<str>>,
}

/// Whose names a scope holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeKind {
    /// A module's.
    Module,
    /// A function's.
    Function(FunctionId),
    /// A class's.
    Class(ClassId),
}

/// One way a name gets its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Binding {
    /// Imported: the full dotted name.
    Import(Box<str>),
    /// `def`
    Function(FunctionId),
    /// `class`
    Class(ClassId),
    /// `name = value`
    Assigned(ExprId),
    /// `name: annotation` without a value
    Declared(ExprId),
    /// `with manager as name`
    With(ExprId),
    /// `for name in iterable`
    Element(ExprId),
    /// A parameter, by its place.
    Parameter(u32),
    /// The module's name of the same spelling.
    Global,
    /// The name of the same spelling in a function around this one.
    Nonlocal,
    /// Something else: changed in place, unpacked, caught, matched.
    Other,
}

/// More bindings of one name than this tell nothing new.
const MOST_BINDINGS: usize = 64;

impl Scope {
    pub(super) fn new(kind: ScopeKind, parent: Option<ScopeId>) -> Self {
        Self {
            kind,
            parent,
            bindings: FxHashMap::default(),
            instance: FxHashMap::default(),
            stars: Vec::new(),
        }
    }

    pub(super) fn bind(&mut self, name: Symbol, binding: Binding) {
        let list = self.bindings.entry(name).or_default();
        if list.len() < MOST_BINDINGS {
            list.push(binding);
        }
    }

    pub(super) fn bind_instance(&mut self, name: Symbol, binding: Binding, read_in: ScopeId) {
        let list = self.instance.entry(name).or_default();
        if list.len() < MOST_BINDINGS {
            list.push((binding, read_in));
        }
    }

    /// What `name` is bound to here.
    pub fn of(&self, name: Symbol) -> &[Binding] {
        self.bindings.get(&name).map_or(&[], Vec::as_slice)
    }
}
