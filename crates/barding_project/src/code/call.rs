//! A call as rules see it: the callee's full name, the arguments by position or name, and constants.

use super::syntax::*;
use super::{Binding, CallSite, Code, Meaning, Module, ModuleId, ScopeKind};
use barding_source::Span;
use std::borrow::Cow;

/// A call with its surroundings.
#[derive(Clone, Copy, Debug)]
pub struct Call<'c> {
    /// All code.
    pub code: &'c Code,
    /// The module it stands in.
    pub module: &'c Module,
    /// The call.
    pub site: &'c CallSite,
}

impl<'c> Call<'c> {
    /// The dotted name of what is called: `os.system`, `django.db.connection.cursor().execute`, `builtins.open`,
    /// `shop.views.Cart.add`. `None` when names do not tell.
    pub fn name(&self) -> Option<Cow<'c, str>> {
        self.site.meaning.as_ref().map(|meaning| match meaning {
            Meaning::External(name) => Cow::Borrowed(&**name),
            meaning => Cow::Owned(self.code.dotted(meaning)),
        })
    }

    /// The last part of what is called, also when the object before the dot is not known: `execute`.
    pub fn last_name(&self) -> Option<&'c str> {
        match self.module.expr(self.syntax().callee) {
            ExprKind::Name(name) | ExprKind::Attribute(_, name) => Some(self.code.text(*name)),
            _ => None,
        }
    }

    /// The object a method is called on.
    pub fn receiver(&self) -> Option<ExprId> {
        match self.module.expr(self.syntax().callee) {
            ExprKind::Attribute(base, _) => Some(*base),
            _ => None,
        }
    }

    /// The call as written.
    pub fn syntax(&self) -> &'c CallSyntax {
        match self.module.expr(self.site.expr) {
            ExprKind::Call(call) => call,
            other => unreachable!("a call site points at a call, not at {other:?}"),
        }
    }

    /// The argument at a position or of a name, whichever is written. `*args` before it hides positions.
    pub fn argument(&self, position: usize, keyword: &str) -> Option<ExprId> {
        self.keyword(keyword).or_else(|| self.positional(position))
    }

    /// The argument at a position. None when `*args` stands before it.
    pub fn positional(&self, position: usize) -> Option<ExprId> {
        self.syntax()
            .arguments
            .iter()
            .take_while(|argument| argument.how != ArgumentHow::Spread)
            .filter(|argument| argument.how == ArgumentHow::Position)
            .nth(position)
            .map(|argument| argument.value)
    }

    /// The argument of a name.
    pub fn keyword(&self, keyword: &str) -> Option<ExprId> {
        self.syntax()
            .arguments
            .iter()
            .find(|argument| {
                matches!(argument.how, ArgumentHow::Keyword(name) if self.code.text(name) == keyword)
            })
            .map(|argument| argument.value)
    }

    /// Whether `*args` or `**kwargs` may bring arguments that are not written here.
    pub fn has_hidden_arguments(&self) -> bool {
        self.syntax()
            .arguments
            .iter()
            .any(|argument| matches!(argument.how, ArgumentHow::Spread | ArgumentHow::SpreadKeywords))
    }

    /// The constant value of an expression near this call.
    pub fn constant(&self, expr: ExprId) -> Option<Constant> {
        self.code.constant(self.module.id, self.site.scope, expr)
    }

    /// The dotted name an expression near this call means.
    pub fn name_of(&self, expr: ExprId) -> Option<String> {
        self.code.name_of(self.module.id, self.site.scope, expr)
    }

    /// The function the call stands in.
    pub fn function(&self) -> &'c Function {
        self.module.function(self.site.function)
    }

    /// Where the call stands.
    pub fn span(&self) -> Span {
        self.module.span(self.site.expr)
    }
}

/// A value that the text alone gives.
#[derive(Clone, Debug, PartialEq)]
pub enum Constant {
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A whole number.
    Int(i64),
    /// `True` or `False`.
    Bool(bool),
    /// `None`.
    None,
    /// A tuple, list or set of constants.
    List(Vec<Constant>),
}

impl Constant {
    /// The text, when it is text.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl Code {
    /// The constant value of an expression: literals, their concatenation, and names assigned once in their scope or
    /// imported from such a module. `None` when it may vary.
    pub fn constant(&self, module: ModuleId, scope: ScopeId, expr: ExprId) -> Option<Constant> {
        self.constant_in(self.module(module), scope, expr, 12)
    }

    fn constant_in(&self, module: &Module, scope: ScopeId, expr: ExprId, fuel: usize) -> Option<Constant> {
        let fuel = fuel.checked_sub(1)?;
        match module.expr(expr) {
            ExprKind::Text(text) => Some(Constant::Text(text.to_string())),
            ExprKind::Bytes(bytes) => Some(Constant::Bytes(bytes.to_vec())),
            ExprKind::Int(int) => Some(Constant::Int(*int)),
            ExprKind::Bool(boolean) => Some(Constant::Bool(*boolean)),
            ExprKind::None => Some(Constant::None),
            ExprKind::Tuple(items) | ExprKind::List(items) | ExprKind::Set(items) if items.len() <= 256 => {
                items
                    .iter()
                    .map(|item| self.constant_in(module, scope, *item, fuel))
                    .collect::<Option<Vec<_>>>()
                    .map(Constant::List)
            }
            ExprKind::Binary(BinaryOp::Add, left, right) => {
                match (
                    self.constant_in(module, scope, *left, fuel)?,
                    self.constant_in(module, scope, *right, fuel)?,
                ) {
                    (Constant::Text(left), Constant::Text(right)) => Some(Constant::Text(left + &right)),
                    _ => None,
                }
            }
            ExprKind::Name(name) => {
                let mut at = Some(scope);
                let mut first = true;
                while let Some(id) = at {
                    let scope = module.scope(id);
                    at = scope.parent;
                    if !first && matches!(scope.kind, ScopeKind::Class(_)) {
                        continue;
                    }
                    first = false;
                    match scope.of(*name) {
                        [] => {}
                        [Binding::Assigned(value)] => return self.constant_in(module, id, *value, fuel),
                        [Binding::Import(target)] => {
                            let (base, last) = target.rsplit_once('.')?;
                            let other = self.module(self.module_named(base, Some(module.id))?);
                            return self.global_constant(other, self.known_symbol(last)?, fuel);
                        }
                        _ => return None,
                    }
                }
                None
            }
            ExprKind::Attribute(base, name) => match self.meaning(module.id, scope, *base)? {
                Meaning::Module(other) => self.global_constant(self.module(other), *name, fuel),
                Meaning::Class(class) | Meaning::Instance(class) => {
                    for at in &self.class_facts(class)?.order {
                        let module = self.module(at.module);
                        let scope = module.class(at.class).scope;
                        if module.scope(scope).instance.contains_key(name) {
                            return None;
                        }
                        match module.scope(scope).of(*name) {
                            [] => {}
                            [Binding::Assigned(value)] => {
                                return self.constant_in(module, scope, *value, fuel);
                            }
                            _ => return None,
                        }
                    }
                    None
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn global_constant(&self, module: &Module, name: Symbol, fuel: usize) -> Option<Constant> {
        match module.scope(ScopeId(0)).of(name) {
            [Binding::Assigned(value)] => self.constant_in(module, ScopeId(0), *value, fuel),
            _ => None,
        }
    }
}
