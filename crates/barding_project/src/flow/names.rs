//! Names: variables, names of functions around, of the module, imported and built in.

use super::body::Body;
use super::requests;
use super::taint::{Marks, Place, Root, Shape, Value};
use crate::code::*;
use std::sync::Arc;

impl<'w> Body<'w> {
    /// What a name holds.
    pub(super) fn name(&mut self, name: Symbol) -> Value {
        if let Some(value) = self.env.get(Place(name, None)) {
            return value.clone();
        }
        let mut at = Some(self.scope);
        let mut first = true;
        while let Some(id) = at {
            let scope = self.module.scope(id);
            at = scope.parent;
            if !first && matches!(scope.kind, ScopeKind::Class(_)) {
                continue;
            }
            let own = first || id == self.module.function(self.id.function).scope;
            first = false;
            let bindings = scope.of(name);
            match bindings {
                [] | [Binding::Nonlocal, ..] => continue,
                [Binding::Global, ..] => {
                    at = (id.0 != 0).then_some(ScopeId(0));
                    continue;
                }
                _ => {}
            }
            if id.0 == 0 {
                return self.global(self.module, name, bindings);
            }
            let is_definition = bindings.iter().all(|binding| {
                matches!(binding, Binding::Import(_) | Binding::Function(_) | Binding::Class(_))
            });
            if is_definition {
                return self.defined(name, bindings);
            }
            if own || matches!(scope.kind, ScopeKind::Class(_)) {
                return Value::unknown();
            }
            // A name of the function around this one.
            let ScopeKind::Function(outer) = scope.kind else { return Value::unknown() };
            if let Some(Binding::Parameter(index)) = bindings.first()
                && let Some(parameter) = self.module.function(outer).parameters.get(*index as usize)
                && requests::is_request_parameter(self.code, self.module, name, parameter.annotation)
            {
                return Value::shaped(Shape::Request);
            }
            let mut value = Value::harmless();
            value.taints.push(self.strand(Root::Free(name), None));
            return value;
        }
        for star in &self.module.scope(ScopeId(0)).stars {
            if let Some(other) = self.code.module_named(star, Some(self.id.module))
                && other != self.id.module
            {
                let other = self.code.module(other);
                let bindings = other.scope(ScopeId(0)).of(name);
                if matches!(bindings.first(), Some(Binding::Assigned(_))) {
                    return self.global(other, name, bindings);
                }
            }
        }
        match self.code.name_meaning(self.module, self.scope, name, 20) {
            Some(meaning) => self.of_meaning(meaning),
            None => Value::unknown(),
        }
    }

    pub(super) fn defined(&mut self, name: Symbol, bindings: &[Binding]) -> Value {
        if let Some(Binding::Import(target)) = bindings.first() {
            return self.imported(target);
        }
        match self.code.name_meaning(self.module, self.scope, name, 20) {
            Some(meaning) => self.of_meaning(meaning),
            None => Value::unknown(),
        }
    }

    pub(super) fn global(&mut self, module: &Module, name: Symbol, bindings: &[Binding]) -> Value {
        if let Some(Binding::Import(target)) = bindings.first() {
            return self.imported(target);
        }
        let first = match bindings.first() {
            Some(Binding::Function(function)) => {
                Some(Shape::Function(FunctionRef { module: module.id, function: *function }))
            }
            Some(Binding::Class(class)) => Some(Shape::Class(ClassRef { module: module.id, class: *class })),
            _ => None,
        };
        if let Some(shape) = first {
            return Value::shaped(shape);
        }
        if let Some(value) = self.world.globals.get(&(module.id, name)) {
            return value.clone();
        }
        match self.code.name_meaning(module, ScopeId(0), name, 20) {
            Some(meaning) => self.of_meaning(meaning),
            None => Value::unknown(),
        }
    }

    pub(super) fn imported(&mut self, target: &str) -> Value {
        if let Some((base, last)) = target.rsplit_once('.')
            && let Some(other) = self.code.module_named(base, Some(self.id.module))
            && let Some(symbol) = self.code.known_symbol(last)
        {
            let other = self.code.module(other);
            let bindings = other.scope(ScopeId(0)).of(symbol);
            if bindings.iter().any(|binding| matches!(binding, Binding::Assigned(_))) {
                if let Some(value) = self.world.globals.get(&(other.id, symbol)) {
                    return value.clone();
                }
                if let [Binding::Assigned(value)] = bindings
                    && let Some(Constant::Text(text)) = self.code.constant(other.id, ScopeId(0), *value)
                {
                    return Value::text(&text);
                }
            }
        }
        let meaning = self.code.import_meaning(target, self.id.module, 20);
        self.of_meaning(meaning)
    }

    pub(super) fn of_meaning(&self, meaning: Meaning) -> Value {
        match meaning {
            Meaning::Module(module) => Value::shaped(Shape::Module(module)),
            Meaning::Function(function) => Value::shaped(Shape::Function(function)),
            Meaning::Method(function, class) => {
                let receiver = Value::shaped(Shape::Class(class));
                Value::shaped(Shape::Method(function, Arc::new(receiver), class))
            }
            Meaning::Class(class) => Value::shaped(Shape::Class(class)),
            Meaning::Instance(class) => Value::shaped(Shape::Instance(class, Arc::default())),
            Meaning::Super(class) => Value::shaped(Shape::Super(
                class,
                Arc::new(Value::shaped(Shape::Instance(class, Arc::default()))),
            )),
            Meaning::External(name) => external(&name),
        }
    }
}

/// Something from outside; settings and the environment are the operator's own.
pub(super) fn external(name: &str) -> Value {
    let mut value = Value::external(name);
    if name.starts_with("django.conf.settings")
        || name.starts_with("os.environ")
        || name.starts_with("os.path.sep")
        || name == "os.sep"
        || name == "builtins.__file__"
    {
        value.open = Marks::NONE;
    }
    value
}
