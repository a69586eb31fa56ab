//! Calls: of the project's own functions and classes, and of what lies outside.

use super::cond::Cond;
use super::stmt::Flow;
use super::val::{CallVal, ClassInfo, Code, FunctionInfo, FunctionKind, InstanceInfo, Object, Val};
use super::{DEEPEST_CALL, Evaluator, FrameOf};
use crate::value::{Unknown, Why};
use barding_source::Span;
use ruff_python_ast::{Expr, ExprCall, Parameters};
use std::rc::Rc;
use std::sync::Arc;

/// Keyword arguments; an empty name is `**` of something that is not known.
pub(super) type Keywords<'a> = Vec<(Arc<str>, Val<'a>)>;

impl<'a> Evaluator<'a> {
    pub(super) fn call_expression(&mut self, node: &'a ExprCall) -> Val<'a> {
        let place = self.span(node);
        let callee = self.expression(&node.func);
        let (arguments, keywords) = self.arguments(node, place);
        if let Expr::Name(name) = &*node.func
            && let Some(value) = self.scope_call(&callee, &name.id, &arguments, place)
        {
            return value;
        }
        let named: Vec<Val<'a>> = node
            .arguments
            .args
            .iter()
            .zip(&arguments)
            .filter(|(node, _)| matches!(node, Expr::Name(_) | Expr::Attribute(_) | Expr::Subscript(_)))
            .map(|(_, value)| value.clone())
            .collect();
        let before = self.heap_version(&node.func);
        let result = self.each(&callee, &mut |me, callee| {
            me.escape(callee, &arguments, &named, &keywords, place);
            me.call(callee, arguments.clone(), keywords.clone(), place)
        });
        if let (Expr::Attribute(attribute), true) = (&*node.func, before) {
            self.note_mutation(&attribute.value, place);
        }
        result
    }

    /// Whether a method of this name changes its object.
    fn heap_version(&self, callee: &'a Expr) -> bool {
        const MUTATE: &[&str] = &[
            "append",
            "extend",
            "insert",
            "remove",
            "pop",
            "clear",
            "update",
            "setdefault",
            "add",
            "discard",
            "sort",
            "reverse",
            "popitem",
        ];
        matches!(callee, Expr::Attribute(attribute) if MUTATE.contains(&attribute.attr.as_str()))
    }

    fn arguments(&mut self, node: &'a ExprCall, place: Span) -> (Vec<Val<'a>>, Keywords<'a>) {
        let mut arguments = Vec::new();
        for argument in &node.arguments.args {
            if let Expr::Starred(starred) = argument {
                let value = self.expression(&starred.value);
                arguments.extend(self.iterate(&value, place));
            } else {
                arguments.push(self.expression(argument));
            }
        }
        let mut keywords = Vec::new();
        for keyword in &node.arguments.keywords {
            let value = self.expression(&keyword.value);
            match &keyword.arg {
                Some(name) => keywords.push((Arc::from(name.as_str()), value)),
                None => match self.pairs(&value, place) {
                    Ok(pairs) => {
                        for (key, value) in pairs {
                            match key {
                                Val::Text(name) => keywords.push((name, value)),
                                _ => keywords.push(("".into(), value)),
                            }
                        }
                    }
                    Err(unknown) => keywords.push(("".into(), Val::Unknown(unknown))),
                },
            }
        }
        (arguments, keywords)
    }

    /// `globals()`, `locals()`, `vars()` and `super()` depend on where they are called.
    fn scope_call(
        &mut self,
        callee: &Val<'a>,
        name: &str,
        arguments: &[Val<'a>],
        place: Span,
    ) -> Option<Val<'a>> {
        if !matches!(callee, Val::Name(known) if &**known == name) {
            return None;
        }
        let frame = self.frame();
        match (name, arguments) {
            ("globals", []) => {
                let names = frame.scope.module.names;
                Some(Val::Object(self.heap.add(Object::View(names))))
            }
            ("locals" | "vars" | "dir", []) => {
                let names = self.local_names();
                Some(Val::Object(self.heap.add(Object::View(names))))
            }
            ("super", []) => {
                let (class, first) = frame.method.clone()?;
                Some(Val::Call(Rc::new(CallVal {
                    callee: "super".into(),
                    arguments: vec![first, Val::Text(class)],
                    keywords: Vec::new(),
                    place,
                })))
            }
            _ => None,
        }
    }

    /// What code outside the project gets in its hands it may change.
    fn escape(
        &mut self,
        callee: &Val<'a>,
        arguments: &[Val<'a>],
        named: &[Val<'a>],
        keywords: &Keywords<'a>,
        place: Span,
    ) {
        let outside: Arc<str> = match callee {
            Val::Name(name) => name.clone(),
            // What a parser of INI files reads it does not change.
            Val::Method(method) if matches!(&method.0, Val::Call(call) if call.callee.starts_with("configparser.")) =>
            {
                return;
            }
            Val::Method(method) if !matches!(method.0, Val::Object(_) | Val::Text(_)) => method.1.clone(),
            Val::Unknown(_) => "".into(),
            Val::Call(call) => call.callee.clone(),
            _ => return,
        };
        if super::library::is_modelled(&outside) {
            return;
        }
        let views: Vec<_> = arguments
            .iter()
            .chain(keywords.iter().map(|(_, value)| value))
            .filter_map(|value| match value {
                Val::Object(id) => match self.heap.get(*id) {
                    Object::View(names) => Some(*names),
                    _ => None,
                },
                _ => None,
            })
            .collect();
        let shown = if outside.is_empty() { self.source_at(place) } else { format!("{outside}()") };
        let text = format!("`{shown}` is not part of the project and may change it");
        let unknown = Rc::new(Unknown::new(Why::NotOurs, text, Some(place)));
        for names in views {
            self.forget_names_with(names, &unknown);
        }
        if super::library::leaves_arguments_alone(&outside) {
            return;
        }
        for value in named {
            if let Val::Object(id) = value
                && !matches!(self.heap.get(*id), Object::View(_))
            {
                self.forget_with(*id, &unknown);
            }
        }
    }

    pub(super) fn call(
        &mut self,
        callee: &Val<'a>,
        arguments: Vec<Val<'a>>,
        keywords: Keywords<'a>,
        place: Span,
    ) -> Val<'a> {
        if !self.step() {
            return self.unknown(Why::TooDeep, "the evaluation took too many steps", Some(place));
        }
        match callee {
            Val::Name(name) => self.library_call(&name.clone(), arguments, keywords, place),
            Val::Function(function) => {
                let function = function.clone();
                let given = self.urls.is_some().then(|| (arguments.clone(), keywords.clone()));
                let result = self.call_function(&function, None, arguments, keywords, place);
                self.around_view(&function.dotted, result, given, place)
            }
            Val::Bound(bound) => {
                let (first, function) = (bound.0.clone(), bound.1.clone());
                self.call_function(&function, Some(first), arguments, keywords, place)
            }
            Val::Method(method) => {
                let (owner, name) = (method.0.clone(), method.1.clone());
                self.call_method(&owner, &name, arguments, keywords, place)
            }
            Val::Class(class) => self.instantiate(&class.clone(), arguments, keywords, place),
            Val::Call(call) => {
                if let Some(value) = self.reader_call(call, &arguments, &keywords, place) {
                    return value;
                }
                let mut keywords = keywords;
                if self.urls.is_some() {
                    // `permission_required("shop.sell")(view)`: what the decorator was made with is kept.
                    let made: Vec<Val<'a>> = call.arguments.clone();
                    keywords.push((super::urls::MADE_WITH.into(), Val::Tuple(made.into())));
                    keywords.extend(call.keywords.iter().cloned());
                }
                Val::Call(Rc::new(CallVal {
                    callee: format!("{}()", call.callee).into(),
                    arguments,
                    keywords,
                    place,
                }))
            }
            Val::Instance(instance) => match self.class_attribute(&instance.class.clone(), "__call__") {
                Some(Val::Function(function)) => {
                    self.call_function(&function, Some(callee.clone()), arguments, keywords, place)
                }
                _ => {
                    if let Some(value) = self.instance_call(&instance.clone(), &arguments, &keywords, place) {
                        return value;
                    }
                    self.not_modelled(place)
                }
            },
            Val::Unknown(_) => callee.clone(),
            Val::OneOf(_) => self
                .each(callee, &mut |me, callee| me.call(callee, arguments.clone(), keywords.clone(), place)),
            _ => self.not_modelled(place),
        }
    }

    pub(super) fn call_function(
        &mut self,
        function: &Rc<FunctionInfo<'a>>,
        first: Option<Val<'a>>,
        mut arguments: Vec<Val<'a>>,
        keywords: Keywords<'a>,
        place: Span,
    ) -> Val<'a> {
        if self.frames.len() > DEEPEST_CALL {
            return self.unknown(Why::TooDeep, "functions call each other too deeply", Some(place));
        }
        if function.kind == FunctionKind::Decorated {
            return Val::Call(Rc::new(CallVal {
                callee: function.dotted.clone(),
                arguments,
                keywords,
                place,
            }));
        }
        let method = first.clone().and_then(|first| Some((function.class.clone()?, first)));
        if let Some(first) = first {
            arguments.insert(0, first);
        }
        let names = self.new_names();
        let parameters: Option<&'a Parameters> = match function.code {
            Code::Def(node) => Some(&node.parameters),
            Code::Lambda(node) => node.parameters.as_deref(),
        };
        if let Some(parameters) = parameters
            && !self.bind_parameters(parameters, function, names, arguments, keywords, place)
        {
            return self.raised("TypeError", "the arguments do not fit the function", Some(place));
        }
        let yields = match function.code {
            Code::Def(node) if has_yield(&node.body) => Some(self.heap.add(Object::List(Vec::new()))),
            _ => None,
        };
        let frame = FrameOf {
            scope: function.scope.clone(),
            locals: Some(names),
            is_class: false,
            globals: Vec::new(),
            nonlocals: Vec::new(),
            method,
            yields,
            dotted: function.dotted.clone(),
        };
        self.frames.push(frame);
        let result = match function.code {
            Code::Lambda(node) => self.expression(&node.body),
            Code::Def(node) => {
                let paths = self.run(&Cond::always(), |me| me.block(&node.body));
                self.returned(paths, place)
            }
        };
        self.frames.pop();
        match yields {
            Some(list) => Val::Object(list),
            None => result,
        }
    }

    /// What a call gives, from the ways its body ended.
    fn returned(&mut self, paths: Vec<super::stmt::Path<'a>>, place: Span) -> Val<'a> {
        let mut values = Vec::new();
        let mut outcomes = Vec::new();
        let mut raised = Vec::new();
        for path in paths {
            let value = match path.flow {
                Flow::Return(value) => value,
                Flow::Raise(exception) => {
                    raised.push((path.cond, exception));
                    continue;
                }
                Flow::Next | Flow::Break | Flow::Continue => Val::None,
            };
            values.push((path.cond.clone(), value));
            outcomes.push((path.cond, path.changes));
        }
        if values.is_empty() {
            for (cond, exception) in raised {
                self.may_raise(&cond, &exception);
            }
            return self.unknown(Why::RunsCode, "the function always raises an exception here", Some(place));
        }
        for (cond, exception) in raised {
            self.may_raise(&cond, &exception);
        }
        self.join(outcomes);
        self.one_of(values)
    }

    fn bind_parameters(
        &mut self,
        parameters: &'a Parameters,
        function: &Rc<FunctionInfo<'a>>,
        names: super::val::Id,
        arguments: Vec<Val<'a>>,
        keywords: Keywords<'a>,
        place: Span,
    ) -> bool {
        let loose = arguments.iter().any(|argument| matches!(argument, Val::Rest(_)))
            || keywords.iter().any(|(name, _)| name.is_empty());
        let mut arguments = std::collections::VecDeque::from(arguments);
        let mut keywords = keywords;
        let unknown = self.unknown(Why::RunsCode, "the argument is not known", Some(place));
        let positional = parameters.posonlyargs.iter().chain(&parameters.args);
        let mut bound: Vec<(&'a str, Val<'a>)> = Vec::new();
        for parameter in positional.chain(&parameters.kwonlyargs) {
            let name = parameter.parameter.name.as_str();
            let keyword_only = parameters.kwonlyargs.iter().any(|other| std::ptr::eq(other, parameter));
            let value = if !keyword_only && !arguments.is_empty() && !loose {
                arguments.pop_front()
            } else if let Some(at) = keywords.iter().position(|(keyword, _)| &**keyword == name) {
                Some(keywords.remove(at).1)
            } else if loose {
                Some(unknown.clone())
            } else {
                function.defaults.iter().find(|(known, _)| &**known == name).map(|(_, value)| value.clone())
            };
            let Some(value) = value else { return false };
            bound.push((name, value));
        }
        if let Some(rest) = &parameters.vararg {
            let value = Val::Tuple(arguments.drain(..).collect());
            bound.push((rest.name.as_str(), value));
        } else if !arguments.is_empty() && !loose {
            return false;
        }
        if let Some(rest) = &parameters.kwarg {
            let entries = keywords
                .drain(..)
                .map(|(name, value)| match (&*name, &value) {
                    ("", Val::Unknown(unknown)) => (Val::Rest(unknown.clone()), Val::None),
                    _ => (Val::Text(name), value),
                })
                .collect();
            let value = self.dict(entries);
            bound.push((rest.name.as_str(), value));
        } else if !keywords.is_empty() && !loose {
            return false;
        }
        for (name, value) in bound {
            self.bind(names, name, value, place);
        }
        true
    }

    // ---- classes ----

    /// The class and its bases in the order attributes are looked up (C3; classes outside the project are left out).
    pub(super) fn ancestry(&self, class: &Rc<ClassInfo<'a>>) -> Vec<Rc<ClassInfo<'a>>> {
        fn linear<'a>(class: &Rc<ClassInfo<'a>>, depth: usize) -> Vec<Rc<ClassInfo<'a>>> {
            let mut result = vec![class.clone()];
            if depth > 30 {
                return result;
            }
            let bases: Vec<Rc<ClassInfo<'a>>> = class
                .bases
                .iter()
                .filter_map(|base| if let Val::Class(base) = base { Some(base.clone()) } else { None })
                .collect();
            let mut lists: Vec<Vec<Rc<ClassInfo<'a>>>> =
                bases.iter().map(|base| linear(base, depth + 1)).collect();
            lists.push(bases);
            loop {
                lists.retain(|list| !list.is_empty());
                let Some(next) = lists
                    .iter()
                    .map(|list| list[0].clone())
                    .find(|head| {
                        !lists.iter().any(|list| list[1..].iter().any(|other| Rc::ptr_eq(other, head)))
                    })
                    .or_else(|| lists.first().map(|list| list[0].clone()))
                else {
                    return result;
                };
                for list in &mut lists {
                    list.retain(|other| !Rc::ptr_eq(other, &next));
                }
                result.push(next);
            }
        }
        linear(class, 0)
    }

    pub(super) fn class_attribute(&mut self, class: &Rc<ClassInfo<'a>>, name: &str) -> Option<Val<'a>> {
        for ancestor in self.ancestry(class) {
            match self.slot(ancestor.names, name) {
                None | Some(Val::Unset) => {}
                Some(value) => return Some(value),
            }
        }
        None
    }

    /// The dotted names of bases that are not part of the project.
    pub(super) fn outside_bases(&self, class: &Rc<ClassInfo<'a>>) -> Vec<Arc<str>> {
        let mut names = Vec::new();
        for ancestor in self.ancestry(class) {
            for base in &ancestor.bases {
                match base {
                    Val::Class(_) => {}
                    Val::Name(name) if &**name == "object" => {}
                    Val::Name(name) => names.push(name.clone()),
                    Val::Call(call) => names.push(call.callee.clone()),
                    _ => names.push("".into()),
                }
            }
        }
        names
    }

    pub(super) fn has_outside_base(&self, class: &Rc<ClassInfo<'a>>) -> bool {
        !self.outside_bases(class).is_empty()
    }

    fn instantiate(
        &mut self,
        class: &Rc<ClassInfo<'a>>,
        arguments: Vec<Val<'a>>,
        keywords: Keywords<'a>,
        place: Span,
    ) -> Val<'a> {
        if let Some(value) = self.library_instance(class, &arguments, &keywords, place) {
            return value;
        }
        let names = self.new_names();
        let instance = Val::Instance(Rc::new(InstanceInfo { class: class.clone(), names, place }));
        match self.class_attribute(class, "__init__") {
            Some(Val::Function(function)) => {
                self.call_function(&function, Some(instance.clone()), arguments, keywords, place);
            }
            _ if self.has_outside_base(class) => {
                let shown = class.dotted.clone();
                return Val::Call(Rc::new(CallVal { callee: shown, arguments, keywords, place }));
            }
            _ => {}
        }
        instance
    }

    // ---- attributes ----

    pub(super) fn attribute(&mut self, owner: &Val<'a>, name: &str, place: Span) -> Val<'a> {
        if let Some(value) = self.url_attribute(owner, name, place) {
            return value;
        }
        match owner {
            Val::Unknown(_) => owner.clone(),
            Val::Name(dotted) => self.library_attribute(&dotted.clone(), name, place),
            Val::Module(module) => {
                let module = module.clone();
                self.module_attribute(&module, name, place)
            }
            Val::Class(class) => {
                let class = class.clone();
                if name == "__dict__" {
                    return Val::Object(self.heap.add(Object::View(class.names)));
                }
                if name == "__name__" || name == "__qualname__" {
                    return Val::text(class.dotted.rsplit('.').next().unwrap_or_default());
                }
                match self.class_attribute(&class, name) {
                    Some(value) => self.unbound(value, owner),
                    None if self.has_outside_base(&class) => {
                        Val::Name(format!("{}.{name}", class.dotted).into())
                    }
                    None => self.raised("AttributeError", format!("the class has no `{name}`"), Some(place)),
                }
            }
            Val::Instance(instance) => {
                let instance = instance.clone();
                match self.slot(instance.names, name) {
                    None | Some(Val::Unset) => {}
                    Some(value) => {
                        return self.demand(value, "AttributeError", "it may not be set", Some(place));
                    }
                }
                match name {
                    "__class__" => return Val::Class(instance.class.clone()),
                    "__dict__" => return Val::Object(self.heap.add(Object::View(instance.names))),
                    _ => {}
                }
                if let Some(value) = self.class_attribute(&instance.class, name) {
                    let value = self.library_descriptor(&instance, value, name, place);
                    return self.bound(value, owner, place);
                }
                if let Some(Val::Function(function)) = self.class_attribute(&instance.class, "__getattr__") {
                    return self.call_function(
                        &function,
                        Some(owner.clone()),
                        vec![Val::text(name)],
                        Vec::new(),
                        place,
                    );
                }
                let open = self.heap.names(instance.names).and_then(|names| names.open.clone());
                if let Some(unknown) = open {
                    return Val::Unknown(Rc::new(unknown));
                }
                if self.has_outside_base(&instance.class) {
                    return Val::Method(Rc::new((owner.clone(), name.into())));
                }
                self.raised("AttributeError", format!("the object has no `{name}`"), Some(place))
            }
            Val::Call(call) if &*call.callee == "super" => {
                let (Some(first), Some(Val::Text(class))) = (call.arguments.first(), call.arguments.get(1))
                else {
                    return self.not_modelled(place);
                };
                let own = match first {
                    Val::Instance(instance) => instance.class.clone(),
                    Val::Class(class) => class.clone(),
                    _ => return self.not_modelled(place),
                };
                let first = first.clone();
                let after: Vec<_> = self
                    .ancestry(&own)
                    .into_iter()
                    .skip_while(|known| known.dotted != *class)
                    .skip(1)
                    .collect();
                for ancestor in after {
                    match self.slot(ancestor.names, name) {
                        None | Some(Val::Unset) => {}
                        Some(value) => {
                            return match &first {
                                Val::Class(_) => self.unbound(value, &first),
                                _ => self.bound(value, &first, place),
                            };
                        }
                    }
                }
                if name == "__init__" || name == "__init_subclass__" {
                    return Val::Name("object.__init__".into());
                }
                Val::Method(Rc::new((owner.clone(), name.into())))
            }
            Val::Path(path) => self.path_attribute(&path.clone(), name, place),
            Val::Function(function) => match name {
                "__name__" | "__qualname__" => {
                    Val::text(function.dotted.rsplit('.').next().unwrap_or_default())
                }
                "__doc__" | "__module__" => self.not_modelled(place),
                _ => Val::Name(format!("{}.{name}", function.dotted).into()),
            },
            Val::Call(_) | Val::Env(_) => {
                if let Some(value) = self.reader_attribute(owner, name, place) {
                    return value;
                }
                Val::Method(Rc::new((owner.clone(), name.into())))
            }
            Val::None if !name.starts_with("__") => {
                self.raised("AttributeError", format!("`None` has no `{name}`"), Some(place))
            }
            Val::OneOf(_) => self.each(owner, &mut |me, owner| me.attribute(owner, name, place)),
            Val::Unset => self.not_modelled(place),
            _ => Val::Method(Rc::new((owner.clone(), name.into()))),
        }
    }

    /// An attribute of a class as an instance sees it.
    fn bound(&mut self, value: Val<'a>, owner: &Val<'a>, place: Span) -> Val<'a> {
        self.each(&value, &mut |me, value| match value {
            Val::Function(function) => match function.kind {
                FunctionKind::Static => value.clone(),
                FunctionKind::Property => {
                    me.call_function(&function.clone(), Some(owner.clone()), Vec::new(), Vec::new(), place)
                }
                FunctionKind::ClassMethod => {
                    let class = match owner {
                        Val::Instance(instance) => Val::Class(instance.class.clone()),
                        other => other.clone(),
                    };
                    Val::Bound(Rc::new((class, function.clone())))
                }
                FunctionKind::Plain | FunctionKind::Decorated => {
                    Val::Bound(Rc::new((owner.clone(), function.clone())))
                }
            },
            value => value.clone(),
        })
    }

    /// An attribute of a class as the class itself sees it.
    fn unbound(&mut self, value: Val<'a>, class: &Val<'a>) -> Val<'a> {
        match &value {
            Val::Function(function) if function.kind == FunctionKind::ClassMethod => {
                Val::Bound(Rc::new((class.clone(), function.clone())))
            }
            _ => value,
        }
    }

    pub(super) fn set_attribute(&mut self, owner: &Val<'a>, name: &str, value: Val<'a>, place: Span) {
        self.each(owner, &mut |me, owner| {
            match owner {
                Val::Instance(instance) => me.bind(instance.names, name, value.clone(), place),
                Val::Class(class) => me.bind(class.names, name, value.clone(), place),
                Val::Module(module) => me.bind(module.names, name, value.clone(), place),
                Val::Name(dotted) => me.library_set_attribute(&dotted.clone(), name, &value, place),
                Val::Call(call) => me.ini_forget(&call.clone()),
                _ => {}
            }
            Val::None
        });
    }
}

fn has_yield(body: &[ruff_python_ast::Stmt]) -> bool {
    use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
    struct Yields(bool);
    impl<'n> Visitor<'n> for Yields {
        fn visit_stmt(&mut self, statement: &'n ruff_python_ast::Stmt) {
            if !matches!(
                statement,
                ruff_python_ast::Stmt::FunctionDef(_) | ruff_python_ast::Stmt::ClassDef(_)
            ) {
                walk_stmt(self, statement);
            }
        }
        fn visit_expr(&mut self, expression: &'n Expr) {
            match expression {
                Expr::Yield(_) | Expr::YieldFrom(_) => self.0 = true,
                Expr::Lambda(_) => {}
                _ => walk_expr(self, expression),
            }
        }
    }
    let mut visitor = Yields(false);
    for statement in body {
        visitor.visit_stmt(statement);
    }
    visitor.0
}
