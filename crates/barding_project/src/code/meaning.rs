//! What a name means: through aliases, relative imports, re-exports, class attributes and `self`.

use super::scope::{Binding, ScopeKind};
use super::syntax::*;
use super::{Code, Module, ModuleId};
use rustc_hash::{FxHashMap, FxHashSet};

/// A function of the project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FunctionRef {
    /// Its module.
    pub module: ModuleId,
    /// Its number there.
    pub function: FunctionId,
}

/// A class of the project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClassRef {
    /// Its module.
    pub module: ModuleId,
    /// Its number there.
    pub class: ClassId,
}

/// What an expression means, as far as names tell.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Meaning {
    /// A module of the project.
    Module(ModuleId),
    /// A function of the project.
    Function(FunctionRef),
    /// A method of the project together with the object it is called on.
    Method(FunctionRef, ClassRef),
    /// A class of the project.
    Class(ClassRef),
    /// An object of a class of the project.
    Instance(ClassRef),
    /// `super()` inside a class of the project.
    Super(ClassRef),
    /// Something from outside, by its dotted name. `()` stands for the result of a call, `[]` for an item:
    /// `django.db.connection.cursor()`, `requests.Session().get`. Python's own are under `builtins.`.
    External(Box<str>),
}

/// A class's place among the others.
#[derive(Clone, Debug, Default)]
pub struct ClassFacts {
    /// The classes of the project an attribute is looked up in, the class itself first.
    pub order: Vec<ClassRef>,
    /// The dotted names of bases from outside, nearest first.
    pub external_bases: Vec<Box<str>>,
    /// The classes of the project that inherit from it, directly or not.
    pub subclasses: Vec<ClassRef>,
    /// Whether a base could not be resolved.
    pub has_unknown_base: bool,
}

impl ClassFacts {
    /// Whether a base from outside, however far up, has that dotted name.
    pub fn inherits(&self, name: &str) -> bool {
        self.external_bases.iter().any(|base| &**base == name)
    }
}

/// How many aliases may lead to one another before we give up.
const LONGEST_CHAIN: usize = 24;

impl Code {
    /// What an expression means. `None` when names do not tell.
    pub fn meaning(&self, module: ModuleId, scope: ScopeId, expr: ExprId) -> Option<Meaning> {
        self.meaning_in(self.module(module), scope, expr, LONGEST_CHAIN)
    }

    /// The dotted name an expression means: `django.http.HttpResponse`, `shop.views.Cart.add`.
    pub fn name_of(&self, module: ModuleId, scope: ScopeId, expr: ExprId) -> Option<String> {
        self.meaning(module, scope, expr).map(|meaning| self.dotted(&meaning))
    }

    /// A meaning as a dotted name.
    pub fn dotted(&self, meaning: &Meaning) -> String {
        match meaning {
            Meaning::Module(module) => self.module(*module).name.clone(),
            Meaning::Function(function) | Meaning::Method(function, _) => {
                let module = self.module(function.module);
                format!("{}.{}", module.name, module.function(function.function).path)
            }
            Meaning::Class(class) => self.class_name(*class),
            Meaning::Instance(class) => format!("{}()", self.class_name(*class)),
            Meaning::Super(class) => format!("super({})", self.class_name(*class)),
            Meaning::External(name) => name.to_string(),
        }
    }

    fn class_name(&self, class: ClassRef) -> String {
        let module = self.module(class.module);
        format!("{}.{}", module.name, module.class(class.class).path)
    }

    /// What the callee of a call means.
    pub(super) fn callee(&self, module: ModuleId, scope: ScopeId, call: ExprId) -> Option<Meaning> {
        let module = self.module(module);
        let ExprKind::Call(call) = module.expr(call) else { return None };
        self.meaning_in(module, scope, call.callee, LONGEST_CHAIN)
    }

    fn meaning_in(&self, module: &Module, scope: ScopeId, expr: ExprId, fuel: usize) -> Option<Meaning> {
        let fuel = fuel.checked_sub(1)?;
        // Attribute chains may be long: walk down to the root first.
        let mut chain = Vec::new();
        let mut at = expr;
        let root = loop {
            match module.expr(at) {
                ExprKind::Attribute(base, _) | ExprKind::Subscript(base, _) => {
                    chain.push(at);
                    at = *base;
                }
                ExprKind::Call(call) => {
                    chain.push(at);
                    at = call.callee;
                }
                _ => break at,
            }
        };
        if chain.len() > 64 {
            return None;
        }
        let mut meaning = self.root_meaning(module, scope, root, fuel)?;
        for step in chain.into_iter().rev() {
            meaning = match module.expr(step) {
                ExprKind::Attribute(_, name) => self.attribute(meaning, *name, fuel)?,
                ExprKind::Call(_) => match meaning {
                    Meaning::External(name) if &*name == "builtins.super" => {
                        Meaning::Super(self.class_around(module, scope)?)
                    }
                    meaning => self.called(meaning)?,
                },
                _ => match meaning {
                    Meaning::External(name) => Meaning::External(format!("{name}[]").into()),
                    _ => return None,
                },
            };
        }
        Some(meaning)
    }

    /// What calling it gives.
    fn called(&self, meaning: Meaning) -> Option<Meaning> {
        match meaning {
            Meaning::Class(class) => Some(Meaning::Instance(class)),
            Meaning::External(name) if name.len() < 300 => {
                Some(Meaning::External(format!("{name}()").into()))
            }
            _ => None,
        }
    }

    fn root_meaning(&self, module: &Module, scope: ScopeId, root: ExprId, fuel: usize) -> Option<Meaning> {
        match module.expr(root) {
            ExprKind::Name(name) => self.name_meaning(module, scope, *name, fuel),
            ExprKind::Text(_) | ExprKind::Format(_) => Some(Meaning::External("str".into())),
            ExprKind::Bytes(_) => Some(Meaning::External("bytes".into())),
            ExprKind::List(_) => Some(Meaning::External("list".into())),
            ExprKind::Dict(_) => Some(Meaning::External("dict".into())),
            ExprKind::Await(inner) => self.meaning_in(module, scope, *inner, fuel),
            ExprKind::Named(_, value) => self.meaning_in(module, scope, *value, fuel),
            ExprKind::Or(values) => {
                values.iter().take(8).find_map(|value| self.meaning_in(module, scope, *value, fuel / 2))
            }
            ExprKind::Conditional { body, otherwise, .. } => self
                .meaning_in(module, scope, *body, fuel / 2)
                .or_else(|| self.meaning_in(module, scope, *otherwise, fuel / 2)),
            ExprKind::Binary(_, left, _)
                if matches!(module.expr(*left), ExprKind::Text(_) | ExprKind::Format(_)) =>
            {
                Some(Meaning::External("str".into()))
            }
            _ => None,
        }
    }

    /// What a name means in a scope.
    pub fn name_meaning(
        &self,
        module: &Module,
        scope: ScopeId,
        name: Symbol,
        fuel: usize,
    ) -> Option<Meaning> {
        let mut at = Some(scope);
        let mut first = true;
        while let Some(id) = at {
            let scope = module.scope(id);
            at = scope.parent;
            // The names of a class are seen in its own statements only, not in its methods.
            if !first && matches!(scope.kind, ScopeKind::Class(_)) {
                continue;
            }
            first = false;
            let bindings = scope.of(name);
            match bindings {
                [] | [Binding::Nonlocal, ..] => continue,
                [Binding::Global, ..] => {
                    at = Some(ScopeId(0));
                    if id.0 == 0 {
                        return None;
                    }
                    continue;
                }
                bindings => return self.bound_meaning(module, id, bindings, fuel),
            }
        }
        let text = self.text(name);
        if is_builtin(text) {
            return Some(Meaning::External(format!("builtins.{text}").into()));
        }
        let mut guess = None;
        for star in &module.scope(ScopeId(0)).stars {
            match self.module_named(star, Some(module.id)) {
                Some(other) => {
                    if other != module.id
                        && let Some(meaning) = self.module_attribute(other, name, fuel)
                    {
                        return Some(meaning);
                    }
                }
                None if guess.is_none() => guess = Some(format!("{star}.{text}")),
                None => {}
            }
        }
        guess.map(|guess| Meaning::External(guess.into()))
    }

    fn bound_meaning(
        &self,
        module: &Module,
        scope: ScopeId,
        bindings: &[Binding],
        fuel: usize,
    ) -> Option<Meaning> {
        let fuel = fuel.checked_sub(1)?;
        // `try: import x; except ImportError: x = None` and overloads: the first definition tells.
        for binding in bindings.iter().take(8) {
            let meaning = match binding {
                Binding::Import(target) => Some(self.import_meaning(target, module.id, fuel)),
                Binding::Function(function) => {
                    Some(Meaning::Function(FunctionRef { module: module.id, function: *function }))
                }
                Binding::Class(class) => Some(Meaning::Class(ClassRef { module: module.id, class: *class })),
                Binding::Assigned(value) | Binding::With(value) => {
                    if bindings.len() > 1 && !matches!(binding, Binding::With(_)) {
                        // Several plain assignments: only when the first tells, and the rest do not contradict.
                        // Half the fuel each, or `x = x.a()` written a few times would cost three to the power of it.
                        if bindings.len() <= 3 {
                            self.meaning_in(module, scope, *value, fuel / 2)
                        } else {
                            None
                        }
                    } else {
                        self.meaning_in(module, scope, *value, fuel)
                    }
                }
                Binding::Element(value) => match self.meaning_in(module, scope, *value, fuel) {
                    Some(Meaning::External(name)) => Some(Meaning::External(format!("{name}[]").into())),
                    _ => None,
                },
                Binding::Declared(annotation) => {
                    self.meaning_in(module, scope, *annotation, fuel).and_then(|meaning| self.called(meaning))
                }
                Binding::Parameter(index) => self.parameter_meaning(module, scope, *index, fuel),
                Binding::Global | Binding::Nonlocal | Binding::Other => None,
            };
            if meaning.is_some() {
                return meaning;
            }
        }
        None
    }

    fn parameter_meaning(&self, module: &Module, scope: ScopeId, index: u32, fuel: usize) -> Option<Meaning> {
        let ScopeKind::Function(id) = module.scope(scope).kind else { return None };
        let function = module.function(id);
        if index == 0
            && let Some(class) = function.class
            && !function.decorators.iter().any(|decorator| {
                matches!(module.expr(*decorator), ExprKind::Name(name) if self.text(*name) == "staticmethod")
            })
        {
            let class = ClassRef { module: module.id, class };
            let is_class_method = function.decorators.iter().any(|decorator| {
                matches!(module.expr(*decorator), ExprKind::Name(name) if self.text(*name) == "classmethod")
            });
            return Some(if is_class_method { Meaning::Class(class) } else { Meaning::Instance(class) });
        }
        let annotation = function.parameters.get(index as usize)?.annotation?;
        let outer = module.scope(scope).parent.unwrap_or(ScopeId(0));
        match self.meaning_in(module, outer, annotation, fuel)? {
            Meaning::Class(class) => Some(Meaning::Instance(class)),
            Meaning::External(name) if !name.starts_with("builtins.") && !name.contains('[') => {
                Some(Meaning::External(format!("{name}()").into()))
            }
            _ => None,
        }
    }

    /// What a dotted name of an import means.
    pub fn import_meaning(&self, dotted: &str, from: ModuleId, fuel: usize) -> Meaning {
        let external = || Meaning::External(dotted.into());
        if !self.is_ours(dotted) {
            return external();
        }
        let Some(fuel) = fuel.checked_sub(1) else { return external() };
        let mut end = dotted.len();
        loop {
            if let Some(module) = self.module_named(&dotted[..end], Some(from)) {
                // A script named like the package it imports means the package.
                let own = self.module(from);
                if module == from && !own.is_package && !own.name.contains('.') {
                    return external();
                }
                let mut meaning = Meaning::Module(module);
                for part in dotted[end..].split('.').filter(|part| !part.is_empty()) {
                    let Some(symbol) = self.known_symbol(part) else { return external() };
                    match self.attribute(meaning, symbol, fuel) {
                        Some(next) => meaning = next,
                        None => return external(),
                    }
                }
                return meaning;
            }
            match dotted[..end].rfind('.') {
                Some(dot) => end = dot,
                None => return external(),
            }
        }
    }

    /// What `meaning.name` means.
    pub fn attribute(&self, meaning: Meaning, name: Symbol, fuel: usize) -> Option<Meaning> {
        match meaning {
            Meaning::Module(module) => self.module_attribute(module, name, fuel),
            // A manager made of a query set has the query set's methods.
            Meaning::Class(class) if self.text(name) == "as_manager" => Some(Meaning::Class(class)),
            Meaning::Class(class) => self.class_attribute(class, name, false, 0, fuel),
            Meaning::Instance(class) => self.class_attribute(class, name, true, 0, fuel),
            Meaning::Super(class) => self.class_attribute(class, name, true, 1, fuel),
            Meaning::External(base) => {
                (base.len() < 300).then(|| Meaning::External(format!("{base}.{}", self.text(name)).into()))
            }
            Meaning::Function(_) | Meaning::Method(..) => None,
        }
    }

    fn module_attribute(&self, module: ModuleId, name: Symbol, fuel: usize) -> Option<Meaning> {
        let fuel = fuel.checked_sub(1)?;
        let module = self.module(module);
        let bindings = module.scope(ScopeId(0)).of(name);
        if !bindings.is_empty() {
            // `from . import views` in a package binds the submodule's name to itself.
            if let [Binding::Import(target)] = bindings
                && **target == *format!("{}.{}", module.name, self.text(name))
            {
                return self.module_named(target, Some(module.id)).map(Meaning::Module);
            }
            return self.bound_meaning(module, ScopeId(0), bindings, fuel);
        }
        if module.is_package {
            let submodule = if module.name.is_empty() {
                self.text(name).to_owned()
            } else {
                format!("{}.{}", module.name, self.text(name))
            };
            if let Some(submodule) = self.module_named(&submodule, Some(module.id)) {
                return Some(Meaning::Module(submodule));
            }
        }
        module.scope(ScopeId(0)).stars.iter().find_map(|star| {
            match self.module_named(star, Some(module.id)) {
                Some(other) if other != module.id => self.module_attribute(other, name, fuel),
                Some(_) => None,
                None => Some(Meaning::External(format!("{star}.{}", self.text(name)).into())),
            }
        })
    }

    /// What an attribute of a class, or of its instances, means. `skip` leaves out that many classes of the order.
    fn class_attribute(
        &self,
        class: ClassRef,
        name: Symbol,
        instance: bool,
        skip: usize,
        fuel: usize,
    ) -> Option<Meaning> {
        let fuel = fuel.checked_sub(1)?;
        let facts = self.classes.get(&class);
        let own = [class];
        let order = facts.map_or(&own[..], |facts| &facts.order);
        for at in order.iter().skip(skip) {
            let module = self.module(at.module);
            let scope_id = module.class(at.class).scope;
            let scope = module.scope(scope_id);
            let bindings = scope.of(name);
            if let Some(Binding::Function(function)) =
                bindings.iter().rev().find(|binding| matches!(binding, Binding::Function(_)))
            {
                let function = FunctionRef { module: at.module, function: *function };
                return Some(Meaning::Method(function, class));
            }
            if !bindings.is_empty() {
                return self.bound_meaning(module, scope_id, bindings, fuel);
            }
            if instance && let Some(bindings) = scope.instance.get(&name) {
                let mut known = bindings.iter().take(8).filter_map(|(binding, read_in)| {
                    self.bound_meaning(module, *read_in, std::slice::from_ref(binding), fuel)
                });
                return known.next();
            }
        }
        let base = facts?.external_bases.first()?;
        let call = if instance { "()" } else { "" };
        Some(Meaning::External(format!("{base}{call}.{}", self.text(name)).into()))
    }

    /// The class whose method or body a scope belongs to.
    fn class_around(&self, module: &Module, scope: ScopeId) -> Option<ClassRef> {
        let mut at = Some(scope);
        while let Some(id) = at {
            let scope = module.scope(id);
            if let ScopeKind::Class(class) = scope.kind {
                return Some(ClassRef { module: module.id, class });
            }
            at = scope.parent;
        }
        None
    }

    /// Works out the bases, the order and the subclasses of every class.
    pub(super) fn relate_classes(&mut self) {
        let mut direct: FxHashMap<ClassRef, (Vec<Meaning>, bool)> = FxHashMap::default();
        let mut all = Vec::new();
        for module in &self.modules {
            for (number, class) in module.classes.iter().enumerate() {
                let reference = ClassRef { module: module.id, class: ClassId(number as u32) };
                let around = module.scope(class.scope).parent.unwrap_or(ScopeId(0));
                let mut bases = Vec::new();
                let mut unknown = false;
                for base in &class.bases {
                    match self.meaning_in(module, around, *base, LONGEST_CHAIN) {
                        Some(meaning @ (Meaning::Class(_) | Meaning::External(_))) => bases.push(meaning),
                        _ => unknown = true,
                    }
                }
                all.push(reference);
                direct.insert(reference, (bases, unknown));
            }
        }
        let mut classes: FxHashMap<ClassRef, ClassFacts> = FxHashMap::default();
        for class in &all {
            let mut facts = ClassFacts::default();
            let mut seen = FxHashSet::default();
            let mut stack = vec![Meaning::Class(*class)];
            while let Some(next) = stack.pop() {
                match next {
                    Meaning::Class(class) => {
                        if !seen.insert(class) || facts.order.len() > 200 {
                            continue;
                        }
                        facts.order.push(class);
                        if let Some((bases, unknown)) = direct.get(&class) {
                            facts.has_unknown_base |= *unknown;
                            stack.extend(bases.iter().rev().cloned());
                        }
                    }
                    Meaning::External(name) if !facts.external_bases.contains(&name) => {
                        facts.external_bases.push(name);
                    }
                    _ => {}
                }
            }
            classes.insert(*class, facts);
        }
        for class in &all {
            let order = classes[class].order.clone();
            for base in &order[1..] {
                if let Some(facts) = classes.get_mut(base) {
                    facts.subclasses.push(*class);
                }
            }
        }
        self.classes = classes;
    }
}

/// Python's own names that analysis may meet.
fn is_builtin(name: &str) -> bool {
    matches!(
        name,
        "open"
            | "eval"
            | "exec"
            | "execfile"
            | "compile"
            | "print"
            | "input"
            | "raw_input"
            | "__import__"
            | "getattr"
            | "setattr"
            | "hasattr"
            | "delattr"
            | "super"
            | "str"
            | "int"
            | "float"
            | "bool"
            | "bytes"
            | "bytearray"
            | "list"
            | "tuple"
            | "dict"
            | "set"
            | "frozenset"
            | "len"
            | "range"
            | "enumerate"
            | "zip"
            | "map"
            | "filter"
            | "sorted"
            | "reversed"
            | "iter"
            | "next"
            | "repr"
            | "ascii"
            | "format"
            | "hash"
            | "id"
            | "type"
            | "isinstance"
            | "issubclass"
            | "callable"
            | "vars"
            | "dir"
            | "globals"
            | "locals"
            | "min"
            | "max"
            | "sum"
            | "abs"
            | "round"
            | "pow"
            | "divmod"
            | "any"
            | "all"
            | "chr"
            | "ord"
            | "hex"
            | "oct"
            | "bin"
            | "object"
            | "property"
            | "staticmethod"
            | "classmethod"
            | "unicode"
            | "basestring"
            | "long"
            | "xrange"
            | "slice"
            | "complex"
            | "memoryview"
            | "file"
            | "reload"
            | "breakpoint"
    ) || (name.ends_with("Error") || name.ends_with("Exception") || name.ends_with("Warning"))
        && name.starts_with(|c: char| c.is_ascii_uppercase())
}
