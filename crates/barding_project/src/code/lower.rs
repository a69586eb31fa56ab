//! From the parser's tree to the compact form. One pass; every name is bound in its scope on the way.

use super::scope::{Binding, Scope, ScopeKind};
use super::syntax::*;
use ruff_python_ast as ast;
use ruff_python_ast::{FStringPart, InterpolatedStringElement};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashMap;

/// What one module was lowered to. Symbols are the module's own numbers until the project gives them others.
#[derive(Debug, Default)]
pub(super) struct Lowered {
    pub(super) names: Vec<Box<str>>,
    pub(super) expressions: Vec<Expr>,
    pub(super) functions: Vec<Function>,
    pub(super) classes: Vec<Class>,
    pub(super) scopes: Vec<Scope>,
    pub(super) calls: Vec<(ExprId, FunctionId, ScopeId)>,
}

/// Lowers a module. `package` is the dotted name that relative imports start from.
pub(super) fn lower(body: &[ast::Stmt], package: &str) -> Lowered {
    let mut lowerer = Lowerer {
        out: Lowered::default(),
        numbers: FxHashMap::default(),
        package: package.to_owned(),
        function: FunctionId::BODY,
        class: None,
        scope: ScopeId(0),
        path: String::new(),
    };
    lowerer.out.scopes.push(Scope::new(ScopeKind::Module, None));
    let name = lowerer.symbol("<module>");
    lowerer.out.functions.push(Function {
        name,
        path: "<module>".into(),
        parameters: Box::default(),
        body: Box::default(),
        decorators: Box::default(),
        returns: None,
        class: None,
        outer: None,
        scope: ScopeId(0),
        is_async: false,
        is_generator: false,
        start: 0,
        end: 0,
        whole: (0, body.last().map_or(0, |last| last.end().to_u32())),
        expressions: (0, 0),
        calls: (0, 0),
    });
    let block = lowerer.block(body);
    lowerer.out.functions[0].body = block;
    lowerer.out.functions[0].expressions.1 = lowerer.out.expressions.len() as u32;
    lowerer.out.functions[0].calls.1 = lowerer.out.calls.len() as u32;
    lowerer.out
}

struct Lowerer {
    out: Lowered,
    numbers: FxHashMap<Box<str>, u32>,
    package: String,
    function: FunctionId,
    class: Option<ClassId>,
    scope: ScopeId,
    path: String,
}

impl Lowerer {
    fn symbol(&mut self, name: &str) -> Symbol {
        if let Some(number) = self.numbers.get(name) {
            return Symbol(*number);
        }
        let number = self.out.names.len() as u32;
        self.out.names.push(name.into());
        self.numbers.insert(name.into(), number);
        Symbol(number)
    }

    fn bind(&mut self, name: Symbol, binding: Binding) {
        self.out.scopes[self.scope.0 as usize].bind(name, binding);
    }

    fn push(&mut self, kind: ExprKind, range: TextRange) -> ExprId {
        let id = ExprId(self.out.expressions.len() as u32);
        self.out.expressions.push(Expr { kind, start: range.start().to_u32(), end: range.end().to_u32() });
        id
    }

    fn block(&mut self, statements: &[ast::Stmt]) -> Block {
        statements
            .iter()
            .map(|statement| Stmt {
                kind: self.statement(statement),
                start: statement.start().to_u32(),
                end: statement.end().to_u32(),
            })
            .collect()
    }

    fn statement(&mut self, statement: &ast::Stmt) -> StmtKind {
        match statement {
            ast::Stmt::FunctionDef(function) => self.function(function),
            ast::Stmt::ClassDef(class) => self.class(class),
            ast::Stmt::Return(node) => StmtKind::Return(node.value.as_deref().map(|value| self.expr(value))),
            ast::Stmt::Delete(node) => StmtKind::Delete(node.targets.iter().map(|e| self.expr(e)).collect()),
            ast::Stmt::TypeAlias(node) => {
                let value = self.expr(&node.value);
                let target = self.expr(&node.name);
                self.bind_target(target, Some(value), BindHow::Assign);
                StmtKind::Assign { targets: Box::new([target]), value }
            }
            ast::Stmt::Assign(node) => {
                let value = self.expr(&node.value);
                let targets: Box<[ExprId]> = node.targets.iter().map(|target| self.expr(target)).collect();
                for target in &targets {
                    self.bind_target(*target, Some(value), BindHow::Assign);
                }
                StmtKind::Assign { targets, value }
            }
            ast::Stmt::AugAssign(node) => {
                let value = self.expr(&node.value);
                let target = self.expr(&node.target);
                self.bind_target(target, None, BindHow::Assign);
                StmtKind::Augmented { target, op: operator(node.op), value }
            }
            ast::Stmt::AnnAssign(node) => {
                let annotation = self.expr(&node.annotation);
                let value = node.value.as_deref().map(|value| self.expr(value));
                let target = self.expr(&node.target);
                self.bind_annotated(target, value, annotation);
                StmtKind::Annotated { target, annotation, value }
            }
            ast::Stmt::For(node) => {
                let iterable = self.expr(&node.iter);
                let target = self.expr(&node.target);
                self.bind_target(target, Some(iterable), BindHow::Element);
                let body = self.block(&node.body);
                let otherwise = self.block(&node.orelse);
                StmtKind::For { target, iterable, body, otherwise }
            }
            ast::Stmt::While(node) => {
                let test = self.expr(&node.test);
                let body = self.block(&node.body);
                let otherwise = self.block(&node.orelse);
                StmtKind::While { test, body, otherwise }
            }
            ast::Stmt::If(node) => {
                let mut branches = Vec::with_capacity(1 + node.elif_else_clauses.len());
                let test = self.expr(&node.test);
                branches.push((Some(test), self.block(&node.body)));
                for clause in &node.elif_else_clauses {
                    let test = clause.test.as_ref().map(|test| self.expr(test));
                    branches.push((test, self.block(&clause.body)));
                }
                StmtKind::If(branches.into())
            }
            ast::Stmt::With(node) => {
                let items = node
                    .items
                    .iter()
                    .map(|item| {
                        let manager = self.expr(&item.context_expr);
                        let bound = item.optional_vars.as_deref().map(|vars| self.expr(vars));
                        if let Some(bound) = bound {
                            self.bind_target(bound, Some(manager), BindHow::With);
                        }
                        (manager, bound)
                    })
                    .collect();
                StmtKind::With { items, body: self.block(&node.body) }
            }
            ast::Stmt::Match(node) => {
                let subject = self.expr(&node.subject);
                let cases = node.cases.iter().map(|case| self.case(case)).collect();
                StmtKind::Match { subject, cases }
            }
            ast::Stmt::Raise(node) => {
                let value = node.exc.as_deref().map(|value| self.expr(value));
                if let Some(cause) = node.cause.as_deref() {
                    self.expr(cause);
                }
                StmtKind::Raise(value)
            }
            ast::Stmt::Try(node) => {
                let body = self.block(&node.body);
                let handlers = node
                    .handlers
                    .iter()
                    .map(|handler| {
                        let ast::ExceptHandler::ExceptHandler(handler) = handler;
                        let catches = handler.type_.as_deref().map(|type_| self.expr(type_));
                        let name = handler.name.as_ref().map(|name| self.symbol(name.as_str()));
                        if let Some(name) = name {
                            self.bind(name, Binding::Other);
                        }
                        Handler { catches, name, body: self.block(&handler.body) }
                    })
                    .collect();
                let otherwise = self.block(&node.orelse);
                let finally = self.block(&node.finalbody);
                StmtKind::Try { body, handlers, otherwise, finally }
            }
            ast::Stmt::Assert(node) => {
                let test = self.expr(&node.test);
                if let Some(message) = node.msg.as_deref() {
                    self.expr(message);
                }
                StmtKind::Assert(test)
            }
            ast::Stmt::Import(node) => {
                let mut imports = Vec::new();
                for alias in &node.names {
                    let (name, target) = match &alias.asname {
                        Some(asname) => (asname.as_str(), alias.name.as_str()),
                        None => {
                            let first = alias.name.as_str().split('.').next().unwrap_or_default();
                            (first, first)
                        }
                    };
                    imports.push(self.import(Some(name), target.to_owned()));
                }
                StmtKind::Import(imports.into())
            }
            ast::Stmt::ImportFrom(node) => {
                let module = node.module.as_ref().map_or("", |module| module.as_str());
                let Some(base) = relative(&self.package, node.level, module) else {
                    return StmtKind::Pass;
                };
                let mut imports = Vec::new();
                for alias in &node.names {
                    if alias.name.as_str() == "*" {
                        self.out.scopes[self.scope.0 as usize].stars.push(base.as_str().into());
                        imports.push(Import { name: None, target: base.as_str().into() });
                        continue;
                    }
                    let name = alias.asname.as_ref().unwrap_or(&alias.name).as_str().to_owned();
                    let target = if base.is_empty() {
                        alias.name.to_string()
                    } else {
                        format!("{base}.{}", alias.name)
                    };
                    imports.push(self.import(Some(&name), target));
                }
                StmtKind::Import(imports.into())
            }
            ast::Stmt::Global(node) => self.global(&node.names, true),
            ast::Stmt::Nonlocal(node) => self.global(&node.names, false),
            ast::Stmt::Expr(node) => StmtKind::Expr(self.expr(&node.value)),
            ast::Stmt::Break(_) => StmtKind::Break,
            ast::Stmt::Continue(_) => StmtKind::Continue,
            ast::Stmt::Pass(_) | ast::Stmt::IpyEscapeCommand(_) => StmtKind::Pass,
        }
    }

    fn global(&mut self, names: &[ast::Identifier], global: bool) -> StmtKind {
        let names: Box<[Symbol]> = names.iter().map(|name| self.symbol(name.as_str())).collect();
        for name in &names {
            self.bind(*name, if global { Binding::Global } else { Binding::Nonlocal });
        }
        StmtKind::Global(names)
    }

    fn import(&mut self, name: Option<&str>, target: String) -> Import {
        let name = name.map(|name| self.symbol(name));
        if let Some(name) = name {
            self.bind(name, Binding::Import(target.as_str().into()));
        }
        Import { name, target: target.into() }
    }

    fn case(&mut self, case: &ast::MatchCase) -> Case {
        let mut binds = Vec::new();
        let mut constants = Vec::new();
        let only_constants = self.pattern(&case.pattern, &mut binds, &mut constants);
        for name in &binds {
            self.bind(*name, Binding::Other);
        }
        let guard = case.guard.as_deref().map(|guard| self.expr(guard));
        Case {
            constants: (only_constants && binds.is_empty()).then(|| constants.into()),
            binds: binds.into(),
            guard,
            body: self.block(&case.body),
        }
    }

    fn pattern(
        &mut self,
        pattern: &ast::Pattern,
        binds: &mut Vec<Symbol>,
        constants: &mut Vec<ExprId>,
    ) -> bool {
        match pattern {
            ast::Pattern::MatchValue(node) => {
                let value = self.expr(&node.value);
                constants.push(value);
                true
            }
            ast::Pattern::MatchSingleton(_) => true,
            ast::Pattern::MatchOr(node) => {
                let mut all = true;
                for part in &node.patterns {
                    all &= self.pattern(part, binds, constants);
                }
                all
            }
            ast::Pattern::MatchAs(node) => {
                let inner =
                    node.pattern.as_deref().is_some_and(|inner| self.pattern(inner, binds, constants));
                if let Some(name) = &node.name {
                    let name = self.symbol(name.as_str());
                    binds.push(name);
                }
                inner
            }
            ast::Pattern::MatchStar(node) => {
                if let Some(name) = &node.name {
                    let name = self.symbol(name.as_str());
                    binds.push(name);
                }
                false
            }
            ast::Pattern::MatchSequence(node) => {
                for part in &node.patterns {
                    self.pattern(part, binds, &mut Vec::new());
                }
                false
            }
            ast::Pattern::MatchMapping(node) => {
                for part in &node.patterns {
                    self.pattern(part, binds, &mut Vec::new());
                }
                if let Some(name) = &node.rest {
                    let name = self.symbol(name.as_str());
                    binds.push(name);
                }
                false
            }
            ast::Pattern::MatchClass(node) => {
                for part in &node.arguments.patterns {
                    self.pattern(part, binds, &mut Vec::new());
                }
                for part in &node.arguments.keywords {
                    self.pattern(&part.pattern, binds, &mut Vec::new());
                }
                false
            }
        }
    }

    fn function(&mut self, node: &ast::StmtFunctionDef) -> StmtKind {
        let first = (self.out.expressions.len() as u32, self.out.calls.len() as u32);
        let decorators: Box<[ExprId]> =
            node.decorator_list.iter().map(|decorator| self.expr(&decorator.expression)).collect();
        let parameters = self.parameters(&node.parameters);
        let returns = node.returns.as_deref().map(|returns| self.expr(returns));
        let id = self.begin_function(node.name.as_str(), parameters, node.name.range(), node.range());
        {
            let function = &mut self.out.functions[id.0 as usize];
            function.decorators = decorators;
            function.returns = returns;
            function.is_async = node.is_async;
            (function.expressions.0, function.calls.0) = first;
        }
        let name = self.out.functions[id.0 as usize].name;
        self.bind(name, Binding::Function(id));
        let outer = self.enter_function(id, node.name.as_str());
        let body = self.block(&node.body);
        self.leave_function(id, outer, body);
        StmtKind::Function(id)
    }

    fn begin_function(
        &mut self,
        name: &str,
        parameters: Box<[Parameter]>,
        named: TextRange,
        whole: TextRange,
    ) -> FunctionId {
        let id = FunctionId(self.out.functions.len() as u32);
        let scope = ScopeId(self.out.scopes.len() as u32);
        self.out.scopes.push(Scope::new(ScopeKind::Function(id), Some(self.scope)));
        for (index, parameter) in parameters.iter().enumerate() {
            self.out.scopes[scope.0 as usize].bind(parameter.name, Binding::Parameter(index as u32));
        }
        let path = if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) };
        let symbol = self.symbol(name);
        self.out.functions.push(Function {
            name: symbol,
            path: path.into(),
            parameters,
            body: Box::default(),
            decorators: Box::default(),
            returns: None,
            class: self.class,
            outer: (self.function != FunctionId::BODY).then_some(self.function),
            scope,
            is_async: false,
            is_generator: false,
            start: named.start().to_u32(),
            end: named.end().to_u32(),
            whole: (whole.start().to_u32(), whole.end().to_u32()),
            expressions: (self.out.expressions.len() as u32, 0),
            calls: (self.out.calls.len() as u32, 0),
        });
        id
    }

    fn enter_function(&mut self, id: FunctionId, name: &str) -> Outer {
        let outer = Outer {
            function: self.function,
            class: self.class.take(),
            scope: self.scope,
            path: self.path.len(),
        };
        self.function = id;
        self.scope = self.out.functions[id.0 as usize].scope;
        self.extend_path(name);
        outer
    }

    fn extend_path(&mut self, name: &str) {
        if !self.path.is_empty() {
            self.path.push('.');
        }
        self.path.push_str(name);
    }

    fn leave_function(&mut self, id: FunctionId, outer: Outer, body: Block) {
        let (expressions, calls) = (self.out.expressions.len() as u32, self.out.calls.len() as u32);
        let function = &mut self.out.functions[id.0 as usize];
        (function.expressions.1, function.calls.1) = (expressions, calls);
        self.out.functions[id.0 as usize].body = body;
        self.function = outer.function;
        self.class = outer.class;
        self.scope = outer.scope;
        self.path.truncate(outer.path);
    }

    fn parameters(&mut self, parameters: &ast::Parameters) -> Box<[Parameter]> {
        let mut list = Vec::new();
        for (group, how) in
            [(&parameters.posonlyargs, ParameterHow::PositionOnly), (&parameters.args, ParameterHow::Either)]
        {
            for parameter in group {
                let default = parameter.default.as_deref().map(|default| self.expr(default));
                list.push(self.parameter(&parameter.parameter, how, default));
            }
        }
        if let Some(rest) = &parameters.vararg {
            list.push(self.parameter(rest, ParameterHow::Rest, None));
        }
        for parameter in &parameters.kwonlyargs {
            let default = parameter.default.as_deref().map(|default| self.expr(default));
            list.push(self.parameter(&parameter.parameter, ParameterHow::KeywordOnly, default));
        }
        if let Some(rest) = &parameters.kwarg {
            list.push(self.parameter(rest, ParameterHow::RestKeywords, None));
        }
        list.into()
    }

    fn parameter(&mut self, node: &ast::Parameter, how: ParameterHow, default: Option<ExprId>) -> Parameter {
        let annotation = node.annotation.as_deref().map(|annotation| self.expr(annotation));
        Parameter {
            name: self.symbol(node.name.as_str()),
            how,
            default,
            annotation,
            start: node.name.start().to_u32(),
            end: node.name.end().to_u32(),
        }
    }

    fn class(&mut self, node: &ast::StmtClassDef) -> StmtKind {
        let decorators: Box<[ExprId]> =
            node.decorator_list.iter().map(|decorator| self.expr(&decorator.expression)).collect();
        let mut bases = Vec::new();
        let mut keywords = Vec::new();
        if let Some(arguments) = &node.arguments {
            for base in &arguments.args {
                bases.push(self.expr(base));
            }
            for keyword in &arguments.keywords {
                let value = self.expr(&keyword.value);
                if let Some(name) = &keyword.arg {
                    keywords.push((self.symbol(name.as_str()), value));
                }
            }
        }
        let id = ClassId(self.out.classes.len() as u32);
        let scope = ScopeId(self.out.scopes.len() as u32);
        self.out.scopes.push(Scope::new(ScopeKind::Class(id), Some(self.scope)));
        let name = self.symbol(node.name.as_str());
        self.bind(name, Binding::Class(id));
        let length = self.path.len();
        self.extend_path(node.name.as_str());
        self.out.classes.push(Class {
            name,
            path: self.path.as_str().into(),
            bases: bases.into(),
            keywords: keywords.into(),
            decorators,
            body: Box::default(),
            scope,
            outer: self.class,
            start: node.name.start().to_u32(),
            end: node.name.end().to_u32(),
            whole: (node.start().to_u32(), node.end().to_u32()),
        });
        let (outer_class, outer_scope) = (self.class.replace(id), std::mem::replace(&mut self.scope, scope));
        let body = self.block(&node.body);
        self.out.classes[id.0 as usize].body = body;
        self.class = outer_class;
        self.scope = outer_scope;
        self.path.truncate(length);
        StmtKind::Class(id)
    }

    fn bind_annotated(&mut self, target: ExprId, value: Option<ExprId>, annotation: ExprId) {
        if let ExprKind::Name(name) = self.out.expressions[target.0 as usize].kind {
            let binding = match value {
                Some(value) => Binding::Assigned(value),
                None => Binding::Declared(annotation),
            };
            self.bind(name, binding);
        } else {
            self.bind_target(target, value, BindHow::Assign);
        }
    }

    /// Binds the names of an assignment's target.
    fn bind_target(&mut self, target: ExprId, value: Option<ExprId>, how: BindHow) {
        match &self.out.expressions[target.0 as usize].kind {
            ExprKind::Name(name) => {
                let name = *name;
                let binding = match (how, value) {
                    (BindHow::Assign, Some(value)) => Binding::Assigned(value),
                    (BindHow::With, Some(value)) => Binding::With(value),
                    (BindHow::Element, Some(value)) => Binding::Element(value),
                    (_, None) => Binding::Other,
                };
                self.bind(name, binding);
            }
            ExprKind::Tuple(parts) | ExprKind::List(parts) => {
                let parts = parts.clone();
                // `a, b = 1, 2` binds each name to its own value.
                let values: Option<Box<[ExprId]>> = match (how, value) {
                    (BindHow::Assign, Some(value)) => match &self.out.expressions[value.0 as usize].kind {
                        ExprKind::Tuple(values) | ExprKind::List(values) if values.len() == parts.len() => {
                            Some(values.clone())
                        }
                        _ => None,
                    },
                    _ => None,
                };
                for (index, part) in parts.iter().enumerate() {
                    let value = values.as_ref().map(|values| values[index]);
                    self.bind_target(*part, value, BindHow::Assign);
                }
            }
            ExprKind::Starred(inner) => {
                let inner = *inner;
                self.bind_target(inner, None, how);
            }
            ExprKind::Attribute(base, attribute) => {
                let attribute = *attribute;
                // `self.x = value` inside a method is an attribute of the class's instances.
                if let ExprKind::Name(owner) = self.out.expressions[base.0 as usize].kind
                    && let Some(class) = self.method_of(owner)
                {
                    let scope = self.out.classes[class.0 as usize].scope;
                    let binding = match (how, value) {
                        (BindHow::Assign, Some(value)) => Binding::Assigned(value),
                        (BindHow::With, Some(value)) => Binding::With(value),
                        _ => Binding::Other,
                    };
                    let from = self.scope;
                    self.out.scopes[scope.0 as usize].bind_instance(attribute, binding, from);
                }
            }
            _ => {}
        }
    }

    /// The class whose instance `name` is: the first parameter of the method we are in.
    fn method_of(&self, name: Symbol) -> Option<ClassId> {
        let function = &self.out.functions[self.function.0 as usize];
        let class = function.class?;
        (function.parameters.first()?.name == name).then_some(class)
    }

    fn expr(&mut self, node: &ast::Expr) -> ExprId {
        let range = node.range();
        let kind = match node {
            ast::Expr::Name(name) => ExprKind::Name(self.symbol(name.id.as_str())),
            ast::Expr::Attribute(_) | ast::Expr::Subscript(_) | ast::Expr::Call(_) | ast::Expr::BinOp(_) => {
                return self.spine(node);
            }
            ast::Expr::StringLiteral(text) => ExprKind::Text(text.value.to_str().into()),
            ast::Expr::BytesLiteral(bytes) => ExprKind::Bytes(bytes.value.bytes().collect()),
            ast::Expr::NumberLiteral(number) => match &number.value {
                ast::Number::Int(int) => int.as_i64().map_or(ExprKind::Number, ExprKind::Int),
                _ => ExprKind::Number,
            },
            ast::Expr::BooleanLiteral(boolean) => ExprKind::Bool(boolean.value),
            ast::Expr::NoneLiteral(_) => ExprKind::None,
            ast::Expr::EllipsisLiteral(_) => ExprKind::Ellipsis,
            ast::Expr::FString(format) => {
                let mut parts = Vec::new();
                for part in format.value.iter() {
                    match part {
                        FStringPart::Literal(text) => parts.push(FormatPart::Text(text.value.clone())),
                        FStringPart::FString(inner) => self.format_parts(inner.elements.iter(), &mut parts),
                    }
                }
                ExprKind::Format(parts.into())
            }
            ast::Expr::TString(template) => {
                let mut parts = Vec::new();
                for part in template.value.iter() {
                    self.format_parts(part.elements.iter(), &mut parts);
                }
                ExprKind::Format(parts.into())
            }
            ast::Expr::BoolOp(node) => {
                let values = node.values.iter().map(|value| self.expr(value)).collect();
                match node.op {
                    ast::BoolOp::And => ExprKind::And(values),
                    ast::BoolOp::Or => ExprKind::Or(values),
                }
            }
            ast::Expr::Named(node) => {
                let value = self.expr(&node.value);
                let target = self.expr(&node.target);
                self.bind_target(target, Some(value), BindHow::Assign);
                ExprKind::Named(target, value)
            }
            ast::Expr::UnaryOp(node) => {
                let operand = self.expr(&node.operand);
                match node.op {
                    ast::UnaryOp::Not => ExprKind::Not(operand),
                    ast::UnaryOp::USub => match self.out.expressions[operand.0 as usize].kind {
                        ExprKind::Int(int) => ExprKind::Int(int.wrapping_neg()),
                        _ => ExprKind::Unary(operand),
                    },
                    _ => ExprKind::Unary(operand),
                }
            }
            ast::Expr::Lambda(lambda) => {
                let parameters =
                    lambda.parameters.as_deref().map_or_else(Box::default, |node| self.parameters(node));
                let id = self.begin_function("<lambda>", parameters, range, range);
                let outer = self.enter_function(id, "<lambda>");
                let value = self.expr(&lambda.body);
                let body = Box::new([Stmt {
                    kind: StmtKind::Return(Some(value)),
                    start: lambda.body.start().to_u32(),
                    end: lambda.body.end().to_u32(),
                }]);
                self.leave_function(id, outer, body);
                ExprKind::Lambda(id)
            }
            ast::Expr::If(node) => {
                let test = self.expr(&node.test);
                let body = self.expr(&node.body);
                let otherwise = self.expr(&node.orelse);
                ExprKind::Conditional { test, body, otherwise }
            }
            ast::Expr::Dict(node) => ExprKind::Dict(
                node.items
                    .iter()
                    .map(|item| {
                        let key = item.key.as_ref().map(|key| self.expr(key));
                        (key, self.expr(&item.value))
                    })
                    .collect(),
            ),
            ast::Expr::Set(node) => ExprKind::Set(node.elts.iter().map(|item| self.expr(item)).collect()),
            ast::Expr::List(node) => ExprKind::List(node.elts.iter().map(|item| self.expr(item)).collect()),
            ast::Expr::Tuple(node) => ExprKind::Tuple(node.elts.iter().map(|item| self.expr(item)).collect()),
            ast::Expr::ListComp(node) => {
                self.comprehension(ComprehensionKind::List, None, &node.elt, &node.generators)
            }
            ast::Expr::SetComp(node) => {
                self.comprehension(ComprehensionKind::Set, None, &node.elt, &node.generators)
            }
            ast::Expr::DictComp(node) => self.comprehension(
                ComprehensionKind::Dict,
                node.key.as_deref(),
                &node.value,
                &node.generators,
            ),
            ast::Expr::Generator(node) => {
                self.comprehension(ComprehensionKind::Generator, None, &node.elt, &node.generators)
            }
            ast::Expr::Await(node) => ExprKind::Await(self.expr(&node.value)),
            ast::Expr::Yield(node) => {
                self.out.functions[self.function.0 as usize].is_generator = true;
                ExprKind::Yield(node.value.as_deref().map(|value| self.expr(value)))
            }
            ast::Expr::YieldFrom(node) => {
                self.out.functions[self.function.0 as usize].is_generator = true;
                ExprKind::YieldFrom(self.expr(&node.value))
            }
            ast::Expr::Compare(node) => {
                let left = self.expr(&node.left);
                let rest = node
                    .ops
                    .iter()
                    .zip(&node.comparators)
                    .map(|(op, right)| (comparison(*op), self.expr(right)))
                    .collect();
                ExprKind::Compare(left, rest)
            }
            ast::Expr::Starred(node) => ExprKind::Starred(self.expr(&node.value)),
            ast::Expr::Slice(node) => ExprKind::Slice(
                [&node.lower, &node.upper, &node.step]
                    .into_iter()
                    .flatten()
                    .map(|part| self.expr(part))
                    .collect(),
            ),
            ast::Expr::IpyEscapeCommand(_) => ExprKind::Unreadable,
        };
        self.push(kind, range)
    }

    /// Chains such as `a.b(c).d + e` lean to the left and may be long: they are walked without recursion.
    fn spine(&mut self, node: &ast::Expr) -> ExprId {
        let mut chain = vec![node];
        loop {
            let next = match chain[chain.len() - 1] {
                ast::Expr::Attribute(node) => &*node.value,
                ast::Expr::Subscript(node) => &*node.value,
                ast::Expr::Call(node) => &*node.func,
                ast::Expr::BinOp(node) => &*node.left,
                _ => break,
            };
            chain.push(next);
        }
        let mut left: Option<ExprId> = None;
        for node in chain.into_iter().rev() {
            let range = node.range();
            left = Some(match (node, left) {
                (ast::Expr::Attribute(node), Some(left)) => {
                    let name = self.symbol(node.attr.as_str());
                    self.push(ExprKind::Attribute(left, name), range)
                }
                (ast::Expr::Subscript(node), Some(left)) => {
                    let index = self.expr(&node.slice);
                    self.push(ExprKind::Subscript(left, index), range)
                }
                (ast::Expr::BinOp(node), Some(left)) => {
                    let right = self.expr(&node.right);
                    self.push(ExprKind::Binary(operator(node.op), left, right), range)
                }
                (ast::Expr::Call(node), Some(left)) => {
                    let arguments = self.arguments(&node.arguments);
                    let call = ExprKind::Call(Box::new(CallSyntax { callee: left, arguments }));
                    let id = self.push(call, range);
                    self.out.calls.push((id, self.function, self.scope));
                    id
                }
                (root, _) => self.expr(root),
            });
        }
        left.unwrap_or(ExprId(0))
    }

    fn arguments(&mut self, arguments: &ast::Arguments) -> Box<[Argument]> {
        let mut list = Vec::with_capacity(arguments.args.len() + arguments.keywords.len());
        for argument in &arguments.args {
            if let ast::Expr::Starred(starred) = argument {
                list.push(Argument { how: ArgumentHow::Spread, value: self.expr(&starred.value) });
            } else {
                list.push(Argument { how: ArgumentHow::Position, value: self.expr(argument) });
            }
        }
        for keyword in &arguments.keywords {
            let value = self.expr(&keyword.value);
            let how = match &keyword.arg {
                Some(name) => ArgumentHow::Keyword(self.symbol(name.as_str())),
                None => ArgumentHow::SpreadKeywords,
            };
            list.push(Argument { how, value });
        }
        list.into()
    }

    fn comprehension(
        &mut self,
        kind: ComprehensionKind,
        key: Option<&ast::Expr>,
        element: &ast::Expr,
        generators: &[ast::Comprehension],
    ) -> ExprKind {
        let generators = generators
            .iter()
            .map(|generator| {
                let iterable = self.expr(&generator.iter);
                let target = self.expr(&generator.target);
                self.bind_target(target, Some(iterable), BindHow::Element);
                let conditions = generator.ifs.iter().map(|condition| self.expr(condition)).collect();
                GeneratorSyntax { target, iterable, conditions }
            })
            .collect();
        let key = key.map(|key| self.expr(key));
        let element = self.expr(element);
        ExprKind::Comprehension(Box::new(ComprehensionSyntax { kind, key, element, generators }))
    }

    fn format_parts<'a>(
        &mut self,
        elements: impl Iterator<Item = &'a InterpolatedStringElement>,
        parts: &mut Vec<FormatPart>,
    ) {
        for element in elements {
            match element {
                InterpolatedStringElement::Literal(text) => parts.push(FormatPart::Text(text.value.clone())),
                InterpolatedStringElement::Interpolation(field) => {
                    let value = self.expr(&field.expression);
                    let mut specification = None;
                    if let Some(format) = &field.format_spec {
                        for inner in format.elements.iter() {
                            match inner {
                                InterpolatedStringElement::Literal(text) => {
                                    specification = Some(text.value.clone());
                                }
                                InterpolatedStringElement::Interpolation(inner) => {
                                    self.expr(&inner.expression);
                                }
                            }
                        }
                    }
                    parts.push(FormatPart::Value { value, specification });
                }
            }
        }
    }
}

struct Outer {
    function: FunctionId,
    class: Option<ClassId>,
    scope: ScopeId,
    path: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum BindHow {
    Assign,
    With,
    Element,
}

/// The dotted name that `from ..x import` starts from; `None` when it climbs out of the project.
fn relative(package: &str, level: u32, module: &str) -> Option<String> {
    if level == 0 {
        return Some(module.to_owned());
    }
    let mut base = package;
    for _ in 1..level {
        if base.is_empty() {
            return None;
        }
        base = base.rsplit_once('.').map_or("", |(base, _)| base);
    }
    Some(match (base.is_empty(), module.is_empty()) {
        (true, _) => module.to_owned(),
        (false, true) => base.to_owned(),
        (false, false) => format!("{base}.{module}"),
    })
}

fn operator(op: ast::Operator) -> BinaryOp {
    match op {
        ast::Operator::Add => BinaryOp::Add,
        ast::Operator::Mod => BinaryOp::Percent,
        ast::Operator::Div => BinaryOp::Divide,
        ast::Operator::Mult => BinaryOp::Multiply,
        ast::Operator::BitOr => BinaryOp::Or,
        ast::Operator::BitAnd => BinaryOp::And,
        _ => BinaryOp::Other,
    }
}

fn comparison(op: ast::CmpOp) -> CompareOp {
    match op {
        ast::CmpOp::Eq => CompareOp::Equal,
        ast::CmpOp::NotEq => CompareOp::NotEqual,
        ast::CmpOp::In => CompareOp::In,
        ast::CmpOp::NotIn => CompareOp::NotIn,
        ast::CmpOp::Is => CompareOp::Is,
        ast::CmpOp::IsNot => CompareOp::IsNot,
        ast::CmpOp::Lt | ast::CmpOp::LtE | ast::CmpOp::Gt | ast::CmpOp::GtE => CompareOp::Order,
    }
}
