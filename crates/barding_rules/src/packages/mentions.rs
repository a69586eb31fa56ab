//! Every name from outside that the project's serving code mentions, with the first place. Built once per audit, asked
//! by dotted name.

use barding_project::code::{Binding, Block, Code, ExprId, ExprKind, Module, ScopeKind, StmtKind, Symbol};
use barding_source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// Names with the first place of each.
#[derive(Debug, Default)]
pub(super) struct Mentions {
    names: BTreeMap<String, Span>,
    attributes: BTreeMap<String, Span>,
}

/// Chains of attributes longer than this name nothing in a package.
const LONGEST_CHAIN: usize = 12;

impl Mentions {
    /// Collects them from code that may serve visitors. `attributes` are the names that are wanted of any object.
    pub(super) fn of(code: &Code, attributes: &BTreeSet<&str>) -> Self {
        let mut mentions = Self::default();
        let wanted: BTreeMap<Symbol, &str> =
            attributes.iter().filter_map(|name| Some((code.known_symbol(name)?, *name))).collect();
        for module in code.modules.iter().filter(|module| module.role.may_serve()) {
            mentions.read(code, module, &wanted);
        }
        mentions
    }

    /// The first mention of this name or of something below it, and the full name there.
    pub(super) fn name(&self, name: &str) -> Option<(Span, &str)> {
        let found = self.names.range(name.to_owned()..).find(|(known, _)| {
            !known.starts_with(name) || known.len() == name.len() || known[name.len()..].starts_with('.')
        });
        let (known, place) = found.filter(|(known, _)| known.starts_with(name))?;
        Some((*place, known))
    }

    /// The first place where a class sets this name or code reads it from an object.
    pub(super) fn attribute(&self, name: &str) -> Option<(Span, String)> {
        self.attributes.get(name).map(|place| (*place, name.to_owned()))
    }

    fn read(&mut self, code: &Code, module: &Module, wanted: &BTreeMap<Symbol, &str>) {
        let mut imported: BTreeMap<Symbol, Vec<&str>> = BTreeMap::new();
        let mut stars: Vec<&str> = Vec::new();
        for scope in &module.scopes {
            for (name, bindings) in &scope.bindings {
                for binding in bindings {
                    if let Binding::Import(target) = binding
                        && is_outside(code, module, target)
                    {
                        imported.entry(*name).or_default().push(target);
                    }
                }
            }
            stars
                .extend(scope.stars.iter().map(|star| &**star).filter(|star| is_outside(code, module, star)));
            if let ScopeKind::Class(_) = scope.kind {
                self.class_names(module, scope, wanted);
            }
        }
        for function in &module.functions {
            self.imports(code, module, &function.body);
        }
        for class in &module.classes {
            self.imports(code, module, &class.body);
        }
        let mut full: BTreeMap<ExprId, Vec<String>> = BTreeMap::new();
        for (at, expression) in module.expressions.iter().enumerate() {
            let id = ExprId(at as u32);
            let span = || module.span(id);
            match &expression.kind {
                ExprKind::Name(name) => {
                    if let Some(targets) = imported.get(name) {
                        full.insert(id, targets.iter().map(|target| (*target).to_owned()).collect());
                    } else {
                        for star in &stars {
                            self.note(format!("{star}.{}", code.text(*name)), span());
                        }
                    }
                }
                ExprKind::Attribute(base, name) => {
                    if let Some(name) = wanted.get(name) {
                        self.attributes.entry((*name).to_owned()).or_insert_with(span);
                    }
                    let Some(bases) = full.get(base) else { continue };
                    let chains: Vec<String> = bases
                        .iter()
                        .filter(|base| base.matches('.').count() < LONGEST_CHAIN)
                        .map(|base| format!("{base}.{}", code.text(*name)))
                        .collect();
                    for chain in &chains {
                        self.note(chain.clone(), span());
                    }
                    full.insert(id, chains);
                }
                ExprKind::Text(text) if is_dotted(text) => self.note(text.to_string(), span()),
                _ => {}
            }
        }
    }

    fn class_names(
        &mut self,
        module: &Module,
        scope: &barding_project::code::Scope,
        wanted: &BTreeMap<Symbol, &str>,
    ) {
        for (symbol, name) in wanted {
            let place = scope.of(*symbol).iter().find_map(|binding| match binding {
                Binding::Assigned(value) => Some(module.span(*value)),
                Binding::Function(function) => Some(module.function_span(*function)),
                _ => None,
            });
            if let Some(place) = place {
                self.attributes.entry((*name).to_owned()).or_insert(place);
            }
        }
    }

    fn imports(&mut self, code: &Code, module: &Module, block: &Block) {
        // Bodies of functions and classes are read by their owners, so what nests here is bounded by the parser.
        let mut blocks: Vec<&Block> = vec![block];
        while let Some(block) = blocks.pop() {
            for statement in block {
                match &statement.kind {
                    StmtKind::Import(imports) => {
                        let place = Span::new(module.file.id, statement.start, statement.end);
                        for import in imports.iter().filter(|import| is_outside(code, module, &import.target))
                        {
                            self.note(import.target.to_string(), place);
                        }
                    }
                    StmtKind::If(branches) => blocks.extend(branches.iter().map(|(_, body)| body)),
                    StmtKind::While { body, otherwise, .. } | StmtKind::For { body, otherwise, .. } => {
                        blocks.extend([body, otherwise]);
                    }
                    StmtKind::With { body, .. } => blocks.push(body),
                    StmtKind::Try { body, handlers, otherwise, finally } => {
                        blocks.extend([body, otherwise, finally]);
                        blocks.extend(handlers.iter().map(|handler| &handler.body));
                    }
                    StmtKind::Match { cases, .. } => blocks.extend(cases.iter().map(|case| &case.body)),
                    _ => {}
                }
            }
        }
    }

    fn note(&mut self, name: String, place: Span) {
        let first = self.names.entry(name).or_insert(place);
        *first = (*first).min(place);
    }
}

/// Whether an imported name is not the project's own.
fn is_outside(code: &Code, module: &Module, target: &str) -> bool {
    let top = target.split('.').next().unwrap_or(target);
    code.module_named(top, Some(module.id)).is_none()
}

/// Whether a text could be the dotted name of something: `django.middleware.cache.UpdateCacheMiddleware`.
fn is_dotted(text: &str) -> bool {
    text.len() < 200
        && text.contains('.')
        && text.split('.').all(|part| {
            part.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_')
                && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        })
}
