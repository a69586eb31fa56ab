//! Classes as Python looks attributes up in them: the project's and those from outside in one order.

use crate::code::{
    Binding, ClassRef, Code, Constant, ExprId, FunctionId, FunctionRef, Meaning, Module, ScopeId,
};
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::rc::Rc;

/// One class of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ancestor {
    /// Of the project.
    Ours(ClassRef),
    /// From outside, by dotted name; what it inherits from is not listed.
    Outside(Box<str>),
    /// A base that could not be resolved.
    Unknown,
}

/// The classes of the project with their orders, worked out when asked.
pub(super) struct Classes<'c> {
    code: &'c Code,
    orders: RefCell<FxHashMap<ClassRef, Rc<[Ancestor]>>>,
}

impl<'c> Classes<'c> {
    pub(super) fn new(code: &'c Code) -> Self {
        Self { code, orders: RefCell::default() }
    }

    /// The class and its bases in the order Python looks an attribute up (C3).
    pub(super) fn order(&self, class: ClassRef) -> Rc<[Ancestor]> {
        self.linear(class, 0)
    }

    fn linear(&self, class: ClassRef, depth: usize) -> Rc<[Ancestor]> {
        if let Some(known) = self.orders.borrow().get(&class) {
            return known.clone();
        }
        let mut lists: Vec<Vec<Ancestor>> = Vec::new();
        let mut direct = Vec::new();
        let module = self.code.module(class.module);
        let definition = module.class(class.class);
        let around = module.scope(definition.scope).parent.unwrap_or(ScopeId(0));
        for base in definition.bases.iter().take(24) {
            let ancestor = match self.code.meaning(module.id, around, *base) {
                Some(Meaning::Class(base)) if base != class => Ancestor::Ours(base),
                Some(Meaning::External(name)) if &*name == "builtins.object" => continue,
                Some(Meaning::External(name)) => Ancestor::Outside(name),
                _ => Ancestor::Unknown,
            };
            if let Ancestor::Ours(base) = ancestor
                && depth < 30
            {
                lists.push(self.linear(base, depth + 1).to_vec());
            }
            direct.push(ancestor);
        }
        lists.push(direct);
        let mut order = vec![Ancestor::Ours(class)];
        while order.len() < 200 {
            lists.retain(|list| !list.is_empty());
            let heads = lists.iter().map(|list| list[0].clone());
            let next = heads
                .clone()
                .find(|head| !lists.iter().any(|list| list[1..].contains(head)))
                .or_else(|| heads.clone().next());
            let Some(next) = next else { break };
            lists.iter_mut().for_each(|list| list.retain(|other| *other != next));
            order.push(next);
        }
        let order: Rc<[Ancestor]> = order.into();
        // A class that inherits from itself by a circle is cut off at some depth; such orders are not kept.
        if depth < 30 {
            self.orders.borrow_mut().insert(class, order.clone());
        }
        order
    }

    /// The method of that name, and whether a class from outside may come first.
    pub(super) fn method(&self, class: ClassRef, name: &str) -> Option<FunctionRef> {
        let symbol = self.code.known_symbol(name)?;
        self.order(class).iter().find_map(|ancestor| match ancestor {
            Ancestor::Ours(at) => self.own_method(*at, symbol),
            _ => None,
        })
    }

    fn own_method(&self, class: ClassRef, name: crate::code::Symbol) -> Option<FunctionRef> {
        let module = self.code.module(class.module);
        let scope = module.scope(module.class(class.class).scope);
        scope.of(name).iter().rev().find_map(|binding| match binding {
            Binding::Function(function) => Some(FunctionRef { module: class.module, function: *function }),
            _ => None,
        })
    }

    /// The method of that name that the class itself defines.
    pub(super) fn method_of(&self, class: ClassRef, name: &str) -> Option<FunctionRef> {
        self.own_method(class, self.code.known_symbol(name)?)
    }

    /// What an attribute is set to in the class body, with the class that does it: the first in the order.
    pub(super) fn value(&self, class: ClassRef, name: &str) -> Option<(ClassRef, ExprId)> {
        let symbol = self.code.known_symbol(name)?;
        self.order(class).iter().find_map(|ancestor| {
            let Ancestor::Ours(at) = ancestor else { return None };
            self.own_value(*at, symbol).map(|value| (*at, value))
        })
    }

    fn own_value(&self, class: ClassRef, name: crate::code::Symbol) -> Option<ExprId> {
        let module = self.code.module(class.module);
        let scope = module.scope(module.class(class.class).scope);
        scope.of(name).iter().rev().find_map(|binding| match binding {
            Binding::Assigned(value) => Some(*value),
            _ => None,
        })
    }

    /// The constant an attribute is set to in the class body.
    pub(super) fn constant(&self, class: ClassRef, name: &str) -> Option<Constant> {
        let (at, value) = self.value(class, name)?;
        let module = self.code.module(at.module);
        self.code.constant(at.module, module.class(at.class).scope, value)
    }

    /// The texts an attribute is set to: one text, or a list of them.
    pub(super) fn texts(&self, class: ClassRef, name: &str) -> Option<Vec<String>> {
        Some(texts_of(self.constant(class, name)?))
    }

    /// Whether the order has a class from outside that the test accepts.
    pub(super) fn inherits(&self, class: ClassRef, test: impl Fn(&str) -> bool) -> bool {
        self.order(class).iter().any(|ancestor| matches!(ancestor, Ancestor::Outside(name) if test(name)))
    }

    /// The classes from outside.
    pub(super) fn outside(&self, class: ClassRef) -> Vec<Box<str>> {
        self.order(class)
            .iter()
            .filter_map(|ancestor| match ancestor {
                Ancestor::Outside(name) => Some(name.clone()),
                _ => None,
            })
            .collect()
    }

    /// The module and scope that the statements of a class are read in.
    pub(super) fn inside(&self, class: ClassRef) -> (&'c Module, ScopeId) {
        let module = self.code.module(class.module);
        (module, module.class(class.class).scope)
    }

    /// The functions that the class itself defines, with their names.
    pub(super) fn own_methods(&self, class: ClassRef) -> Vec<(String, FunctionRef)> {
        let module = self.code.module(class.module);
        let scope = module.scope(module.class(class.class).scope);
        let mut found: Vec<(String, FunctionRef)> = scope
            .bindings
            .iter()
            .filter_map(|(name, bindings)| {
                let function = bindings.iter().rev().find_map(|binding| match binding {
                    Binding::Function(function) => Some(*function),
                    _ => None,
                })?;
                let reference = FunctionRef { module: class.module, function };
                Some((self.code.text(*name).to_owned(), reference))
            })
            .collect();
        found.sort_by_key(|(_, reference)| reference.function);
        found
    }

    /// The decorators of a class or function, as written: module, scope around, expression.
    pub(super) fn class_decorators(&self, class: ClassRef) -> (&'c Module, ScopeId, &'c [ExprId]) {
        let module = self.code.module(class.module);
        let definition = module.class(class.class);
        (module, module.scope(definition.scope).parent.unwrap_or(ScopeId(0)), &definition.decorators)
    }

    /// The decorators of a function.
    pub(super) fn decorators(&self, function: FunctionRef) -> (&'c Module, ScopeId, &'c [ExprId]) {
        let module = self.code.module(function.module);
        let definition = module.function(function.function);
        (module, module.scope(definition.scope).parent.unwrap_or(ScopeId(0)), &definition.decorators)
    }
}

/// The texts in a constant.
pub(super) fn texts_of(constant: Constant) -> Vec<String> {
    match constant {
        Constant::Text(text) => vec![text],
        Constant::List(items) => items.into_iter().flat_map(texts_of).collect(),
        _ => Vec::new(),
    }
}

/// The function that a function gives back when it is a factory: `return inner`.
pub(super) fn made_by(code: &Code, factory: FunctionRef) -> Option<FunctionRef> {
    use crate::code::{ExprKind, StmtKind};
    let module = code.module(factory.module);
    let body = &module.function(factory.function).body;
    let value = body.iter().rev().find_map(|statement| match &statement.kind {
        StmtKind::Return(Some(value)) => Some(*value),
        _ => None,
    })?;
    let ExprKind::Name(name) = module.expr(value) else { return None };
    let scope = module.scope(module.function(factory.function).scope);
    scope.of(*name).iter().find_map(|binding| match binding {
        Binding::Function(function) => Some(FunctionRef { module: factory.module, function: *function }),
        _ => None,
    })
}

/// The dotted name of a function or class of the project.
pub(super) fn dotted(code: &Code, function: FunctionRef) -> String {
    let module = code.module(function.module);
    let path = &module.function(function.function).path;
    if function.function == FunctionId::BODY {
        module.name.clone()
    } else {
        format!("{}.{path}", module.name)
    }
}
