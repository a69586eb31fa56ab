//! The compact form of a Python module: expressions in one table, statements in blocks, names as numbers.
//!
//! Children stand before their parents in the table, so a number always points backwards. The tree that the parser
//! built is dropped as soon as this form exists: it is a third of its size and has no lifetimes.

use std::fmt;

/// A name that occurs in the project, by number. Numbers are given in the order of files, so they are the same in
/// every run; [`crate::code::Code::text`] gives the letters.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Symbol(pub u32);

impl fmt::Debug for Symbol {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Symbol({})", self.0)
    }
}

/// An expression of a module, by its place in [`crate::code::Module::expressions`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExprId(pub u32);

/// A function, lambda or the module's own body (number 0), by its place in [`crate::code::Module::functions`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FunctionId(pub u32);

impl FunctionId {
    /// The statements of the module itself.
    pub const BODY: FunctionId = FunctionId(0);
}

/// A class, by its place in [`crate::code::Module::classes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClassId(pub u32);

/// A scope, by its place in [`crate::code::Module::scopes`]. Number 0 is the module's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ScopeId(pub u32);

/// One expression with the bytes it covers.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// The sorts of expressions.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// `name`
    Name(Symbol),
    /// `value.name`
    Attribute(ExprId, Symbol),
    /// `value[index]`
    Subscript(ExprId, ExprId),
    /// `lower:upper:step` inside a subscript
    Slice(Box<[ExprId]>),
    /// `callee(arguments)`
    Call(Box<CallSyntax>),
    /// A text without placeholders of its own.
    Text(Box<str>),
    /// `b"…"`
    Bytes(Box<[u8]>),
    /// A whole number that fits.
    Int(i64),
    /// Another number.
    Number,
    /// `True` and `False`
    Bool(bool),
    /// `None`
    None,
    /// `...`
    Ellipsis,
    /// `f"…"` (and `t"…"`)
    Format(Box<[FormatPart]>),
    /// `left op right`
    Binary(BinaryOp, ExprId, ExprId),
    /// `a and b and c`
    And(Box<[ExprId]>),
    /// `a or b or c`
    Or(Box<[ExprId]>),
    /// `not value`
    Not(ExprId),
    /// `-value`, `+value`, `~value`
    Unary(ExprId),
    /// `a < b <= c`
    Compare(ExprId, Box<[(CompareOp, ExprId)]>),
    /// `(a, b)`
    Tuple(Box<[ExprId]>),
    /// `[a, b]`
    List(Box<[ExprId]>),
    /// `{a, b}`
    Set(Box<[ExprId]>),
    /// `{key: value, **more}`; a missing key is an expansion
    Dict(Box<[(Option<ExprId>, ExprId)]>),
    /// `lambda …: …`
    Lambda(FunctionId),
    /// `body if test else otherwise`
    Conditional {
        /// What decides.
        test: ExprId,
        /// The value when it holds.
        body: ExprId,
        /// The value when it does not.
        otherwise: ExprId,
    },
    /// A list, set, dict or generator comprehension.
    Comprehension(Box<ComprehensionSyntax>),
    /// `await value`
    Await(ExprId),
    /// `yield value`
    Yield(Option<ExprId>),
    /// `yield from value`
    YieldFrom(ExprId),
    /// `*value`
    Starred(ExprId),
    /// `target := value`
    Named(ExprId, ExprId),
    /// What the parser could not read.
    Unreadable,
}

/// A call.
#[derive(Clone, Debug)]
pub struct CallSyntax {
    /// What is called.
    pub callee: ExprId,
    /// The arguments as written.
    pub arguments: Box<[Argument]>,
}

/// One argument of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Argument {
    /// How it is handed over.
    pub how: ArgumentHow,
    /// Its value.
    pub value: ExprId,
}

/// How an argument is handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArgumentHow {
    /// By position.
    Position,
    /// By name.
    Keyword(Symbol),
    /// `*value`
    Spread,
    /// `**value`
    SpreadKeywords,
}

/// A part of an f-string.
#[derive(Clone, Debug)]
pub enum FormatPart {
    /// Fixed text.
    Text(Box<str>),
    /// A replacement field.
    Value {
        /// What is put in.
        value: ExprId,
        /// Its format specification, when it is fixed text.
        specification: Option<Box<str>>,
    },
}

/// What stands between two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    /// `+`
    Add,
    /// `%`
    Percent,
    /// `/`
    Divide,
    /// `*`
    Multiply,
    /// `|`
    Or,
    /// `&`
    And,
    /// Anything else.
    Other,
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompareOp {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `in`
    In,
    /// `not in`
    NotIn,
    /// `is`
    Is,
    /// `is not`
    IsNot,
    /// `<`, `<=`, `>`, `>=`
    Order,
}

/// Which container a comprehension builds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComprehensionKind {
    /// `[…]`
    List,
    /// `{…}`
    Set,
    /// `{key: value …}`
    Dict,
    /// `(…)`
    Generator,
}

/// A comprehension.
#[derive(Clone, Debug)]
pub struct ComprehensionSyntax {
    /// Which container it builds.
    pub kind: ComprehensionKind,
    /// The key, for dicts.
    pub key: Option<ExprId>,
    /// The element or the value.
    pub element: ExprId,
    /// `for target in iterable if …`, outermost first.
    pub generators: Box<[GeneratorSyntax]>,
}

/// One `for … in … if …` of a comprehension.
#[derive(Clone, Debug)]
pub struct GeneratorSyntax {
    /// What is bound.
    pub target: ExprId,
    /// What is walked.
    pub iterable: ExprId,
    /// The conditions.
    pub conditions: Box<[ExprId]>,
}

/// Statements in order.
pub type Block = Box<[Stmt]>;

/// One statement with the bytes it covers.
#[derive(Clone, Debug)]
pub struct Stmt {
    /// What it is.
    pub kind: StmtKind,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// The sorts of statements.
#[derive(Clone, Debug)]
pub enum StmtKind {
    /// An expression on its own.
    Expr(ExprId),
    /// `a = b = value`
    Assign {
        /// What is assigned to, from left to right.
        targets: Box<[ExprId]>,
        /// The value.
        value: ExprId,
    },
    /// `target: annotation = value`
    Annotated {
        /// What is assigned to.
        target: ExprId,
        /// Its annotation.
        annotation: ExprId,
        /// The value, when there is one.
        value: Option<ExprId>,
    },
    /// `target op= value`
    Augmented {
        /// What is changed.
        target: ExprId,
        /// By which operator.
        op: BinaryOp,
        /// The right side.
        value: ExprId,
    },
    /// `return value`
    Return(Option<ExprId>),
    /// `raise value from …`
    Raise(Option<ExprId>),
    /// `if`, every `elif`, and `else` (which has no test)
    If(Box<[(Option<ExprId>, Block)]>),
    /// `while`
    While {
        /// What decides.
        test: ExprId,
        /// The loop.
        body: Block,
        /// `else`
        otherwise: Block,
    },
    /// `for`
    For {
        /// What is bound.
        target: ExprId,
        /// What is walked.
        iterable: ExprId,
        /// The loop.
        body: Block,
        /// `else`
        otherwise: Block,
    },
    /// `with`
    With {
        /// The managers with what they are bound to.
        items: Box<[(ExprId, Option<ExprId>)]>,
        /// The statements inside.
        body: Block,
    },
    /// `try`
    Try {
        /// What may fail.
        body: Block,
        /// `except`
        handlers: Box<[Handler]>,
        /// `else`
        otherwise: Block,
        /// `finally`
        finally: Block,
    },
    /// `match`
    Match {
        /// What is looked at.
        subject: ExprId,
        /// The cases.
        cases: Box<[Case]>,
    },
    /// `assert`
    Assert(ExprId),
    /// `del`
    Delete(Box<[ExprId]>),
    /// `def`
    Function(FunctionId),
    /// `class`
    Class(ClassId),
    /// `import` and `from … import`; [`crate::code::Scope`] has the names
    Import(Box<[Import]>),
    /// `global` and `nonlocal`
    Global(Box<[Symbol]>),
    /// `break`
    Break,
    /// `continue`
    Continue,
    /// `pass` and what cannot matter
    Pass,
}

/// One imported name.
#[derive(Clone, Debug)]
pub struct Import {
    /// The name it is bound to here; `None` for `*`.
    pub name: Option<Symbol>,
    /// The full dotted name of what is imported; for `*` the module.
    pub target: Box<str>,
}

/// An `except` clause.
#[derive(Clone, Debug)]
pub struct Handler {
    /// What it catches.
    pub catches: Option<ExprId>,
    /// The name of the exception.
    pub name: Option<Symbol>,
    /// The statements.
    pub body: Block,
}

/// A `case` clause.
#[derive(Clone, Debug)]
pub struct Case {
    /// The constants it compares the subject with, when it does nothing else.
    pub constants: Option<Box<[ExprId]>>,
    /// The names it binds.
    pub binds: Box<[Symbol]>,
    /// The condition after `if`.
    pub guard: Option<ExprId>,
    /// The statements.
    pub body: Block,
}

/// A function, a lambda, or a module's own statements.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its name; `<module>` and `<lambda>` for those without one.
    pub name: Symbol,
    /// Where it stands inside the module: `Cart.add`, `outer.inner`.
    pub path: Box<str>,
    /// Its parameters in order.
    pub parameters: Box<[Parameter]>,
    /// Its statements. A lambda has one `return`.
    pub body: Block,
    /// Its decorators, the outermost first.
    pub decorators: Box<[ExprId]>,
    /// The annotation after `->`.
    pub returns: Option<ExprId>,
    /// The class it is a method of.
    pub class: Option<ClassId>,
    /// The function it stands in.
    pub outer: Option<FunctionId>,
    /// The names inside.
    pub scope: ScopeId,
    /// Whether it is `async`.
    pub is_async: bool,
    /// Whether it yields.
    pub is_generator: bool,
    /// First byte of its name.
    pub start: u32,
    /// One past the last byte of its name.
    pub end: u32,
    /// The bytes of the whole definition.
    pub whole: (u32, u32),
    /// The numbers of the expressions inside, those of nested functions included: from, and up to.
    pub expressions: (u32, u32),
    /// The places of its calls among those of the module, those of nested functions included: from, and up to.
    pub calls: (u32, u32),
}

/// A parameter.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: Symbol,
    /// How arguments reach it.
    pub how: ParameterHow,
    /// Its default.
    pub default: Option<ExprId>,
    /// Its annotation.
    pub annotation: Option<ExprId>,
    /// First byte of its name.
    pub start: u32,
    /// One past the last byte of its name.
    pub end: u32,
}

/// How arguments reach a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterHow {
    /// By position alone.
    PositionOnly,
    /// By position or by name.
    Either,
    /// By name alone.
    KeywordOnly,
    /// `*args`
    Rest,
    /// `**kwargs`
    RestKeywords,
}

/// A class.
#[derive(Clone, Debug)]
pub struct Class {
    /// Its name.
    pub name: Symbol,
    /// Where it stands inside the module: `Order.Meta`.
    pub path: Box<str>,
    /// Its bases as written.
    pub bases: Box<[ExprId]>,
    /// `metaclass=…` and the like.
    pub keywords: Box<[(Symbol, ExprId)]>,
    /// Its decorators, the outermost first.
    pub decorators: Box<[ExprId]>,
    /// Its statements.
    pub body: Block,
    /// The names inside.
    pub scope: ScopeId,
    /// The class it stands in.
    pub outer: Option<ClassId>,
    /// First byte of its name.
    pub start: u32,
    /// One past the last byte of its name.
    pub end: u32,
    /// The bytes of the whole definition.
    pub whole: (u32, u32),
}
