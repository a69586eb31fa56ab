//! Values while a module is being evaluated: like [`crate::Value`], but lists, dictionaries, sets, modules, classes
//! and instances are references, because Python's names share them.

use super::cond::Cond;
use crate::settings::Assignment;
use crate::value::{EnvValue, Unknown};
use barding_source::{FileId, Span};
use ruff_python_ast::{ExprLambda, StmtFunctionDef};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

/// Stands for the audited folder inside texts, so that no path of this machine is part of a value.
pub(crate) const ROOT: char = '\u{10FFFD}';

/// Follows [`ROOT`] once for each folder above it: the parent of the audited folder is known, its name is not.
pub(crate) const ABOVE: char = '\u{10FFFC}';

/// The number of an object on the heap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Id(pub(crate) u32);

/// A value during evaluation.
#[derive(Clone, Debug)]
pub(crate) enum Val<'a> {
    None,
    Ellipsis,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(Arc<str>),
    Bytes(Arc<[u8]>),
    /// A `pathlib.Path`.
    Path(Arc<str>),
    Tuple(Rc<[Val<'a>]>),
    /// A list, set or dictionary on the heap.
    Object(Id),
    Module(Rc<ModuleInfo>),
    Class(Rc<ClassInfo<'a>>),
    Instance(Rc<InstanceInfo<'a>>),
    Function(Rc<FunctionInfo<'a>>),
    /// A function bound to its first argument, or a built-in method of a value.
    Bound(Rc<(Val<'a>, Rc<FunctionInfo<'a>>)>),
    Method(Rc<(Val<'a>, Arc<str>)>),
    /// Something outside the project, by its dotted path.
    Name(Arc<str>),
    /// The outcome of calling something outside the project.
    Call(Rc<CallVal<'a>>),
    /// The text of an environment variable that is set, or what a cast made of it.
    Env(Rc<EnvValue>),
    OneOf(Rc<[(Cond, Val<'a>)]>),
    /// Inside a list, set, tuple or as a key: elements that we do not know.
    Rest(Rc<Unknown>),
    Unknown(Rc<Unknown>),
    /// Not there at all: an unbound name, a missing key, an absent element, a variable that is not set.
    Unset,
}

#[derive(Debug)]
pub(crate) struct CallVal<'a> {
    pub(crate) callee: Arc<str>,
    pub(crate) arguments: Vec<Val<'a>>,
    pub(crate) keywords: Vec<(Arc<str>, Val<'a>)>,
    pub(crate) place: Span,
}

impl<'a> CallVal<'a> {
    pub(crate) fn argument(&self, position: usize, name: &str) -> Option<&Val<'a>> {
        let named = self.keywords.iter().find(|(keyword, _)| &**keyword == name).map(|(_, value)| value);
        named.or_else(|| self.arguments.get(position))
    }
}

#[derive(Debug)]
pub(crate) struct ModuleInfo {
    pub(crate) name: Arc<str>,
    /// `None` for a namespace package.
    pub(crate) file: Option<FileId>,
    pub(crate) names: Id,
    /// The folder of a package, for its submodules.
    pub(crate) package: bool,
}

#[derive(Debug)]
pub(crate) struct ClassInfo<'a> {
    pub(crate) dotted: Arc<str>,
    pub(crate) bases: Vec<Val<'a>>,
    pub(crate) names: Id,
}

#[derive(Debug)]
pub(crate) struct InstanceInfo<'a> {
    pub(crate) class: Rc<ClassInfo<'a>>,
    pub(crate) names: Id,
    /// Where it is made.
    pub(crate) place: Span,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Code<'a> {
    Def(&'a StmtFunctionDef),
    Lambda(&'a ExprLambda),
}

#[derive(Debug)]
pub(crate) struct FunctionInfo<'a> {
    pub(crate) dotted: Arc<str>,
    pub(crate) code: Code<'a>,
    pub(crate) scope: Scope<'a>,
    /// Values of the parameters' defaults, by name.
    pub(crate) defaults: Vec<(Arc<str>, Val<'a>)>,
    pub(crate) kind: FunctionKind,
    /// The class it is defined in, for `super()`.
    pub(crate) class: Option<Arc<str>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FunctionKind {
    Plain,
    Property,
    Static,
    ClassMethod,
    /// Wrapped by a decorator we do not know.
    Decorated,
}

/// Where names are looked up: the locals of the functions around, innermost last, then the module.
#[derive(Clone, Debug)]
pub(crate) struct Scope<'a> {
    pub(crate) module: Rc<ModuleInfo>,
    pub(crate) enclosing: Vec<Id>,
    pub(crate) file: FileId,
    pub(crate) marker: std::marker::PhantomData<&'a ()>,
}

/// A name's value and the lines that made it.
#[derive(Clone, Debug)]
pub(crate) struct Slot<'a> {
    pub(crate) val: Val<'a>,
    pub(crate) history: Rc<Vec<Assignment>>,
}

/// The names of a module, class, instance or call.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names<'a> {
    pub(crate) slots: BTreeMap<Arc<str>, Slot<'a>>,
    /// Why names may be there that we do not see.
    pub(crate) open: Option<Unknown>,
    /// Modules outside the project whose names were all imported.
    pub(crate) stars: Vec<Arc<str>>,
}

/// What an [`Id`] stands for.
#[derive(Clone, Debug)]
pub(crate) enum Object<'a> {
    List(Vec<Val<'a>>),
    Set(Vec<Val<'a>>),
    Dict(Vec<(Val<'a>, Val<'a>)>),
    Names(Names<'a>),
    /// The view of a namespace that `globals()`, `locals()` and `vars()` give.
    View(Id),
}

impl<'a> Val<'a> {
    pub(crate) fn text(text: impl Into<Arc<str>>) -> Self {
        Val::Text(text.into())
    }

    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Val::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn is_unset(&self) -> bool {
        matches!(self, Val::Unset)
    }

    /// Whether the two are sure to be the same value, told without looking at the heap.
    pub(crate) fn same(&self, other: &Val<'a>) -> bool {
        match (self, other) {
            (Val::None, Val::None) | (Val::Unset, Val::Unset) | (Val::Ellipsis, Val::Ellipsis) => true,
            (Val::Bool(a), Val::Bool(b)) => a == b,
            (Val::Int(a), Val::Int(b)) => a == b,
            (Val::Float(a), Val::Float(b)) => a.to_bits() == b.to_bits(),
            (Val::Text(a), Val::Text(b)) | (Val::Path(a), Val::Path(b)) | (Val::Name(a), Val::Name(b)) => {
                a == b
            }
            (Val::Bytes(a), Val::Bytes(b)) => a == b,
            (Val::Tuple(a), Val::Tuple(b)) => {
                Rc::ptr_eq(a, b) || a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| a.same(b))
            }
            (Val::Object(a), Val::Object(b)) => a == b,
            (Val::Module(a), Val::Module(b)) => a.names == b.names,
            (Val::Class(a), Val::Class(b)) => a.names == b.names,
            (Val::Instance(a), Val::Instance(b)) => a.names == b.names,
            (Val::Function(a), Val::Function(b)) => Rc::ptr_eq(a, b),
            (Val::Bound(a), Val::Bound(b)) => a.0.same(&b.0) && Rc::ptr_eq(&a.1, &b.1),
            (Val::Method(a), Val::Method(b)) => a.1 == b.1 && a.0.same(&b.0),
            (Val::Call(a), Val::Call(b)) => Rc::ptr_eq(a, b),
            (Val::Env(a), Val::Env(b)) => {
                Rc::ptr_eq(a, b) || a.variable == b.variable && a.cast == b.cast && a.place == b.place
            }
            (Val::OneOf(a), Val::OneOf(b)) => {
                Rc::ptr_eq(a, b)
                    || a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| a.0 == b.0 && a.1.same(&b.1))
            }
            (Val::Unknown(a), Val::Unknown(b)) | (Val::Rest(a), Val::Rest(b)) => Rc::ptr_eq(a, b),
            _ => false,
        }
    }
}
