//! Every Python file of the project, parsed, with names resolved across modules.
//!
//! What comes in: the files. What goes out: [`Code`], which knows every module, function, class and call, and can say
//! what a name means: [`Code::meaning`] and [`Code::name_of`]. It knows Python's import system and no Django.

mod call;
mod lower;
mod meaning;
mod role;
mod scope;
mod syntax;

pub use call::{Call, Constant};
pub use meaning::{ClassFacts, ClassRef, FunctionRef, Meaning};
pub use role::FileRole;
pub use scope::{Binding, Scope, ScopeKind};
pub use syntax::*;

use crate::python;
use barding_source::{FileKind, Problem, SourceFile, Sources, Span};
use camino::{Utf8Path, Utf8PathBuf};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::{Arc, Mutex, PoisonError};

/// A module, by its place in [`Code::modules`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ModuleId(pub u32);

/// One Python file.
#[derive(Debug)]
pub struct Module {
    /// Its number.
    pub id: ModuleId,
    /// Its dotted name, as far up as folders are packages.
    pub name: String,
    /// The file.
    pub file: Arc<SourceFile>,
    /// What the file is for.
    pub role: FileRole,
    /// Whether it is an `__init__.py`.
    pub is_package: bool,
    /// Its expressions; children stand before their parents.
    pub expressions: Vec<Expr>,
    /// Its functions and lambdas; number 0 holds the module's own statements.
    pub functions: Vec<Function>,
    /// Its classes.
    pub classes: Vec<Class>,
    /// Its scopes; number 0 is the module's.
    pub scopes: Vec<Scope>,
    /// Its calls, in the order of the text (inner ones first). Tests have none beside code that serves: what they call
    /// says nothing about the site.
    pub calls: Vec<CallSite>,
}

impl Module {
    /// The expressions inside a function, those of functions nested in it included.
    pub fn expressions_within(&self, function: FunctionId) -> impl Iterator<Item = ExprId> + '_ {
        let (first, end) = self.function(function).expressions;
        (first..end.min(self.expressions.len() as u32)).map(ExprId)
    }

    /// An expression.
    pub fn expr(&self, id: ExprId) -> &ExprKind {
        &self.expressions[id.0 as usize].kind
    }

    /// Where an expression stands.
    pub fn span(&self, id: ExprId) -> Span {
        let expression = &self.expressions[id.0 as usize];
        Span::new(self.file.id, expression.start, expression.end)
    }

    /// A function.
    pub fn function(&self, id: FunctionId) -> &Function {
        &self.functions[id.0 as usize]
    }

    /// Where a function's name stands.
    pub fn function_span(&self, id: FunctionId) -> Span {
        let function = self.function(id);
        Span::new(self.file.id, function.start, function.end)
    }

    /// A class.
    pub fn class(&self, id: ClassId) -> &Class {
        &self.classes[id.0 as usize]
    }

    /// Where a class's name stands.
    pub fn class_span(&self, id: ClassId) -> Span {
        let class = self.class(id);
        Span::new(self.file.id, class.start, class.end)
    }

    /// A scope.
    pub fn scope(&self, id: ScopeId) -> &Scope {
        &self.scopes[id.0 as usize]
    }

    /// The text of an expression as written.
    pub fn source(&self, id: ExprId) -> &str {
        self.file.slice(self.span(id))
    }
}

/// A call in the text.
#[derive(Clone, Debug)]
pub struct CallSite {
    /// The call expression.
    pub expr: ExprId,
    /// The function it stands in.
    pub function: FunctionId,
    /// The scope its names are read in.
    pub scope: ScopeId,
    /// What is called, where it can be told.
    pub meaning: Option<Meaning>,
}

/// Every Python file of the project.
#[derive(Debug, Default)]
pub struct Code {
    /// The modules, by path.
    pub modules: Vec<Module>,
    /// Files that did not parse, or not whole.
    pub problems: Vec<Problem>,
    texts: Vec<Box<str>>,
    symbols: FxHashMap<Box<str>, Symbol>,
    /// The modules by each dotted name they can be imported under, with the folder that name starts from.
    names: FxHashMap<Box<str>, Vec<(ModuleId, Utf8PathBuf)>>,
    first_parts: FxHashSet<Box<str>>,
    files: FxHashMap<u32, ModuleId>,
    classes: FxHashMap<ClassRef, ClassFacts>,
    /// What [`Code::mentions`] was asked and answered.
    mentioned: Mutex<FxHashMap<&'static str, bool>>,
}

/// Recursion in the parser and in our walks is bounded by the nesting of the text; this leaves room for the worst.
const STACK: usize = 256 << 20;

/// Works on threads with that room: what runs there in parallel keeps to them, and nothing else gets in its way.
pub(crate) fn with_room<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    match rayon::ThreadPoolBuilder::new().stack_size(STACK).build() {
        Ok(pool) => pool.install(work),
        Err(_) => work(),
    }
}

impl Code {
    /// Reads and resolves every Python file.
    pub fn read(sources: &Sources<'_>) -> Self {
        with_room(|| Self::read_here(sources))
    }

    /// [`Code::read`] for who has the room already ([`with_room`]).
    pub(crate) fn read_here(sources: &Sources<'_>) -> Self {
        let files: Vec<_> =
            sources.of_kind(FileKind::Python).filter(|(_, path)| path.extension() != Some("pyi")).collect();
        let packages: FxHashSet<&Utf8Path> = files
            .iter()
            .filter(|(_, path)| path.file_name() == Some("__init__.py"))
            .filter_map(|(_, path)| path.parent())
            .collect();
        let lowered: Vec<_> = files
            .par_iter()
            .filter_map(|(id, path)| {
                let file = sources.file(*id)?;
                let name = dotted_name(path, &packages);
                let is_package = path.file_name() == Some("__init__.py");
                let package = if is_package {
                    name.as_str()
                } else {
                    name.rsplit_once('.').map_or("", |(base, _)| base)
                };
                let parsed = python::parse(file.clone());
                let lowered = lower::lower(&parsed.tree.syntax.body, package);
                Some((file, name, is_package, lowered, parsed.problems))
            })
            .collect();
        let mut code = Self::default();
        let mut numberings = Vec::with_capacity(lowered.len());
        for (file, name, is_package, lowered, problems) in lowered {
            let id = ModuleId(code.modules.len() as u32);
            numberings.push(lowered.names.iter().map(|text| code.symbol(text)).collect::<Vec<_>>());
            code.problems.extend(problems);
            code.files.insert(file.id.0, id);
            code.name_module(id, &file.path, &packages);
            code.modules.push(Module {
                id,
                name,
                role: FileRole::of(&file.path),
                file,
                is_package,
                expressions: lowered.expressions,
                functions: lowered.functions,
                classes: lowered.classes,
                scopes: lowered.scopes,
                calls: lowered
                    .calls
                    .into_iter()
                    .map(|(expr, function, scope)| CallSite { expr, function, scope, meaning: None })
                    .collect(),
            });
        }
        code.modules
            .par_iter_mut()
            .zip(numberings.par_iter())
            .for_each(|(module, numbers)| renumber(module, numbers));
        code.relate_classes();
        // Rules and flows ask only for calls that a visitor may cause; in a tree of nothing but tests, all are asked for.
        if code.modules.iter().any(|module| module.role.may_serve()) {
            for module in code.modules.iter_mut().filter(|module| module.role == FileRole::Test) {
                module.calls.clear();
            }
        }
        let meanings: Vec<Vec<Option<Meaning>>> = code
            .modules
            .par_iter()
            .map(|module| {
                module.calls.iter().map(|call| code.callee(module.id, call.scope, call.expr)).collect()
            })
            .collect();
        code.modules.par_iter_mut().zip(meanings).for_each(|(module, meanings)| {
            for (call, meaning) in module.calls.iter_mut().zip(meanings) {
                call.meaning = meaning;
            }
        });
        code
    }

    /// Whether any module's text has that word in it. The texts are searched once for each word.
    pub fn mentions(&self, word: &'static str) -> bool {
        let mut asked = self.mentioned.lock().unwrap_or_else(PoisonError::into_inner);
        *asked.entry(word).or_insert_with(|| {
            let finder = memchr::memmem::Finder::new(word);
            self.modules.iter().any(|module| finder.find(module.file.text.as_bytes()).is_some())
        })
    }

    /// The letters of a name.
    pub fn text(&self, symbol: Symbol) -> &str {
        self.texts.get(symbol.0 as usize).map_or("", |text| text)
    }

    /// The number of a name, if it occurs anywhere.
    pub fn known_symbol(&self, text: &str) -> Option<Symbol> {
        self.symbols.get(text).copied()
    }

    /// A module by its number.
    pub fn module(&self, id: ModuleId) -> &Module {
        &self.modules[id.0 as usize]
    }

    /// The module of a file.
    pub fn module_of_file(&self, file: barding_source::FileId) -> Option<&Module> {
        self.files.get(&file.0).map(|id| self.module(*id))
    }

    /// The module of that dotted name, as `from` would import it. Of several (a tree may hold more than one project)
    /// the nearest.
    pub fn module_named(&self, name: &str, from: Option<ModuleId>) -> Option<ModuleId> {
        let candidates = self.names.get(name)?;
        let from = from.map(|from| &self.module(from).file.path);
        let near = |folder: &Utf8Path, path: &Utf8Path| -> (bool, usize) {
            let Some(from) = from else { return (true, 0) };
            let shared = path.components().zip(from.components()).take_while(|(a, b)| a == b).count();
            (from.starts_with(folder), shared)
        };
        candidates
            .iter()
            .filter(|(_, folder)| {
                // `import requests` must not find `scripts/requests.py` from elsewhere.
                name.contains('.') || from.is_none_or(|from| from.starts_with(folder))
            })
            .max_by_key(|(id, folder)| (near(folder, &self.module(*id).file.path), std::cmp::Reverse(id.0)))
            .map(|(id, _)| *id)
    }

    /// Every call of the project.
    pub fn calls(&self) -> impl Iterator<Item = Call<'_>> {
        self.modules.iter().flat_map(|module| self.calls_of(module))
    }

    /// The calls of one module.
    pub fn calls_of<'c>(&'c self, module: &'c Module) -> impl Iterator<Item = Call<'c>> {
        module.calls.iter().map(move |site| Call { code: self, module, site })
    }

    /// The calls inside a function, those of functions nested in it included.
    pub fn calls_within<'c>(
        &'c self,
        module: &'c Module,
        function: FunctionId,
    ) -> impl Iterator<Item = Call<'c>> {
        let (first, end) = module.function(function).calls;
        let sites = module.calls.get(first as usize..end as usize).unwrap_or_default();
        sites.iter().map(move |site| Call { code: self, module, site })
    }

    /// A function by reference.
    pub fn function(&self, function: FunctionRef) -> &Function {
        self.module(function.module).function(function.function)
    }

    /// A class by reference.
    pub fn class(&self, class: ClassRef) -> &Class {
        self.module(class.module).class(class.class)
    }

    /// What is known about a class: its bases and their order.
    pub fn class_facts(&self, class: ClassRef) -> Option<&ClassFacts> {
        self.classes.get(&class)
    }

    fn symbol(&mut self, text: &str) -> Symbol {
        if let Some(symbol) = self.symbols.get(text) {
            return *symbol;
        }
        let symbol = Symbol(self.texts.len() as u32);
        self.texts.push(text.into());
        self.symbols.insert(text.into(), symbol);
        symbol
    }

    /// Notes every dotted name the module can be imported under: one for each folder above it that is no package.
    fn name_module(&mut self, id: ModuleId, path: &Utf8Path, packages: &FxHashSet<&Utf8Path>) {
        let mut parts: Vec<&str> = module_parts(path);
        let mut start = 0;
        let mut folder = Utf8PathBuf::new();
        let all = parts.len();
        let mut names = Vec::new();
        while start < all {
            if !packages.contains(folder.as_path()) || start == 0 {
                names.push((parts[start..].join("."), folder.clone()));
            }
            folder.push(parts[start]);
            start += 1;
        }
        if parts.is_empty() {
            parts.push("");
        }
        for (name, folder) in names {
            let first = name.split('.').next().unwrap_or_default();
            if !self.first_parts.contains(first) {
                self.first_parts.insert(first.into());
            }
            self.names.entry(name.into()).or_default().push((id, folder));
        }
    }

    /// Whether the first part of a dotted name is a file or folder of the project.
    pub(crate) fn is_ours(&self, dotted: &str) -> bool {
        self.first_parts.contains(dotted.split(['.', '(', '[']).next().unwrap_or_default())
    }
}

/// The parts of a module's path without `.py` and `__init__`.
fn module_parts(path: &Utf8Path) -> Vec<&str> {
    let mut parts: Vec<&str> = path.components().map(|part| part.as_str()).collect();
    if let Some(last) = parts.last_mut() {
        *last = last.strip_suffix(".pyw").or_else(|| last.strip_suffix(".py")).unwrap_or(last);
    }
    if parts.last() == Some(&"__init__") {
        parts.pop();
    }
    parts
}

/// The name of the module at `path`, as far up as folders are packages.
fn dotted_name(path: &Utf8Path, packages: &FxHashSet<&Utf8Path>) -> String {
    let parts = module_parts(path);
    let mut start = parts.len().saturating_sub(1);
    if path.file_name() == Some("__init__.py") && start == 0 {
        return parts.join(".");
    }
    let mut folder: Option<&Utf8Path> = path.parent();
    if path.file_name() == Some("__init__.py") {
        folder = folder.and_then(Utf8Path::parent);
    }
    while start > 0 && folder.is_some_and(|folder| packages.contains(folder)) {
        start -= 1;
        folder = folder.and_then(Utf8Path::parent);
    }
    parts[start..].join(".")
}

/// Gives a module's names the project's numbers.
fn renumber(module: &mut Module, numbers: &[Symbol]) {
    let new = |symbol: &mut Symbol| *symbol = numbers[symbol.0 as usize];
    for expression in &mut module.expressions {
        match &mut expression.kind {
            ExprKind::Name(name) | ExprKind::Attribute(_, name) => new(name),
            ExprKind::Call(call) => {
                for argument in &mut call.arguments {
                    if let ArgumentHow::Keyword(name) = &mut argument.how {
                        new(name);
                    }
                }
            }
            _ => {}
        }
    }
    for function in &mut module.functions {
        new(&mut function.name);
        for parameter in &mut function.parameters {
            new(&mut parameter.name);
        }
        renumber_block(&mut function.body, numbers);
    }
    for class in &mut module.classes {
        new(&mut class.name);
        for (name, _) in &mut class.keywords {
            new(name);
        }
        renumber_block(&mut class.body, numbers);
    }
    for scope in &mut module.scopes {
        scope.bindings = std::mem::take(&mut scope.bindings)
            .into_iter()
            .map(|(name, bindings)| (numbers[name.0 as usize], bindings))
            .collect();
        scope.instance = std::mem::take(&mut scope.instance)
            .into_iter()
            .map(|(name, bindings)| (numbers[name.0 as usize], bindings))
            .collect();
    }
}

fn renumber_block(block: &mut Block, numbers: &[Symbol]) {
    let new = |symbol: &mut Symbol| *symbol = numbers[symbol.0 as usize];
    for statement in block {
        match &mut statement.kind {
            StmtKind::If(branches) => {
                branches.iter_mut().for_each(|(_, body)| renumber_block(body, numbers));
            }
            StmtKind::While { body, otherwise, .. } | StmtKind::For { body, otherwise, .. } => {
                renumber_block(body, numbers);
                renumber_block(otherwise, numbers);
            }
            StmtKind::With { body, .. } => renumber_block(body, numbers),
            StmtKind::Try { body, handlers, otherwise, finally } => {
                renumber_block(body, numbers);
                for handler in handlers {
                    if let Some(name) = &mut handler.name {
                        new(name);
                    }
                    renumber_block(&mut handler.body, numbers);
                }
                renumber_block(otherwise, numbers);
                renumber_block(finally, numbers);
            }
            StmtKind::Match { cases, .. } => {
                for case in cases {
                    case.binds.iter_mut().for_each(new);
                    renumber_block(&mut case.body, numbers);
                }
            }
            StmtKind::Import(imports) => {
                imports.iter_mut().filter_map(|import| import.name.as_mut()).for_each(new);
            }
            StmtKind::Global(names) => names.iter_mut().for_each(new),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use barding_source::{MemoryTree, ReadLimits};

    fn code(files: &[(&str, &str)]) -> Code {
        let mut tree = MemoryTree::new();
        for (path, text) in files {
            tree.add(*path, text.as_bytes().to_vec());
        }
        Code::read(&Sources::new(&tree, ReadLimits::default(), python::decode))
    }

    fn names(code: &Code, module: &str) -> Vec<String> {
        let module = code.module(code.module_named(module, None).unwrap());
        code.calls_of(module)
            .map(|call| call.name().map_or("?".to_owned(), |name| name.into_owned()))
            .collect()
    }

    #[test]
    fn names_are_followed_through_aliases_and_reexports() {
        let code = code(&[
            ("shop/__init__.py", ""),
            ("shop/tools/__init__.py", "from .shell import run as execute\n"),
            ("shop/tools/shell.py", "import os\ndef run(x):\n    os.system(x)\n"),
            (
                "shop/views.py",
                "import os as o\nfrom subprocess import Popen as P, call\nfrom . import tools\nfrom .tools import execute\n\
                 from django.db import connection\nlog = call\n\
                 def view(request):\n    o.path.join('a')\n    P(1)\n    tools.execute(2)\n    execute(3)\n    log(4)\n    \
                 with connection.cursor() as c:\n        c.execute('x')\n    open('y')\n    '{}'.format(1)\n",
            ),
        ]);
        assert_eq!(
            names(&code, "shop.views"),
            [
                "os.path.join",
                "subprocess.Popen",
                "shop.tools.shell.run",
                "shop.tools.shell.run",
                "subprocess.call",
                "django.db.connection.cursor",
                "django.db.connection.cursor().execute",
                "builtins.open",
                "str.format",
            ]
        );
    }

    #[test]
    fn methods_are_found_through_bases_and_self() {
        let code = code(&[
            ("a.py", "class Base:\n    def run(self):\n        pass\n"),
            (
                "b.py",
                "import a, requests\nclass Child(a.Base):\n    def __init__(self):\n        self.session = requests.Session()\n\
                 \x20   def go(self):\n        self.run()\n        self.session.get('x')\n        super().run()\n\
                 def f():\n    Child().run()\n",
            ),
        ]);
        assert_eq!(
            names(&code, "b"),
            [
                "requests.Session",
                "a.Base.run",
                "requests.Session().get",
                "builtins.super",
                "a.Base.run",
                "b.Child",
                "a.Base.run"
            ]
        );
        let module = code.module_named("a", None).unwrap();
        let facts = code.class_facts(ClassRef { module, class: ClassId(0) }).unwrap();
        assert_eq!(facts.subclasses.len(), 1);
    }

    #[test]
    fn two_projects_in_one_tree_do_not_mix() {
        let file = "from .tools import run\nfrom shop.tools import walk\nrun()\nwalk()\n";
        let code = code(&[
            ("one/shop/__init__.py", ""),
            ("one/shop/tools.py", "def run(): pass\ndef walk(): pass\n"),
            ("one/shop/views.py", file),
            ("two/shop/__init__.py", ""),
            ("two/shop/tools.py", "def run(): pass\ndef walk(): pass\n"),
            ("two/shop/views.py", file),
        ]);
        for module in code.modules.iter().filter(|module| module.name == "shop.views") {
            let folder = module.file.path.as_str().split('/').next().unwrap();
            for call in code.calls_of(module) {
                let Some(Meaning::Function(function)) = &call.site.meaning else { panic!("not resolved") };
                assert!(code.module(function.module).file.path.starts_with(folder));
            }
        }
    }

    #[test]
    fn constants_are_read_across_modules() {
        let code = code(&[
            ("conf.py", "NAME = 'a' + 'b'\nLATER = 1\nLATER = 2\n"),
            ("use.py", "import conf\nfrom conf import NAME\nf(NAME, conf.NAME, conf.LATER, flag=True)\n"),
        ]);
        let module = code.module(code.module_named("use", None).unwrap());
        let call = code.calls_of(module).next().unwrap();
        let text = Some(Constant::Text("ab".to_owned()));
        assert_eq!(call.constant(call.positional(0).unwrap()), text);
        assert_eq!(call.constant(call.positional(1).unwrap()), text);
        assert_eq!(call.constant(call.positional(2).unwrap()), None);
        assert_eq!(call.constant(call.keyword("flag").unwrap()), Some(Constant::Bool(true)));
    }

    #[test]
    fn long_chains_and_circles_end() {
        let mut text = String::from("import b\nx = b.y\nf(x)\nz = 1");
        text.push_str(&" + a.b(1)[2].c".repeat(3000));
        text.push('\n');
        let code = code(&[("a.py", &text), ("b.py", "import a\ny = a.x\nfrom b import *\n")]);
        assert!(code.modules[0].calls.len() > 3000);
    }
}
