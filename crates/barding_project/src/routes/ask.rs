//! What is asked about each route: everything that settings, decorators, classes and bodies say about its view.

use super::classes::Classes;
use super::views::ModuleFacts;
use super::{Route, access, csrf, methods, views};
use crate::code::{Argument, ArgumentHow, Code, ExprId, ExprKind, Meaning, Module, ModuleId, ScopeId};
use crate::flow;
use crate::settings::SettingsModule;
use crate::value::{Truth, Value};
use barding_source::Span;
use camino::Utf8Path;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::rc::Rc;

/// What answers need.
pub(super) struct Asked<'c> {
    pub(super) code: &'c Code,
    pub(super) classes: &'c Classes<'c>,
    pub(super) settings: Option<&'c SettingsModule>,
    pub(super) model: &'c flow::Model,
    pub(super) modules: RefCell<FxHashMap<ModuleId, Rc<ModuleFacts>>>,
    pub(super) reached: RefCell<Option<views::Reached>>,
    pub(super) middleware: access::Middleware,
}

/// A decorator as written: its dotted name without the call, its arguments, and where it stands.
pub(super) struct Decorator<'c> {
    pub(super) name: String,
    pub(super) meaning: Option<Meaning>,
    pub(super) module: &'c Module,
    pub(super) scope: ScopeId,
    pub(super) arguments: Vec<Argument>,
    pub(super) place: Span,
    /// For `method_decorator(…, name="post")` on a class: the method it is put around.
    pub(super) method: Option<String>,
}

impl Decorator<'_> {
    /// The last part of its name.
    pub(super) fn last(&self) -> &str {
        self.name.rsplit('.').next().unwrap_or_default()
    }
}

impl<'c> Asked<'c> {
    pub(super) fn new(
        code: &'c Code,
        classes: &'c Classes<'c>,
        settings: Option<&'c SettingsModule>,
        model: &'c flow::Model,
    ) -> Self {
        let mut asked = Self {
            code,
            classes,
            settings,
            model,
            modules: RefCell::default(),
            reached: RefCell::default(),
            middleware: access::Middleware::default(),
        };
        asked.middleware = access::Middleware::of(&asked);
        asked
    }

    /// Fills in what is known about a route's view.
    pub(super) fn finish(&self, mut route: Route) -> Route {
        methods::describe(self, &mut route);
        views::describe(self, &mut route);
        access::describe(self, &mut route);
        csrf::describe(self, &mut route);
        super::api::describe(self, &mut route);
        super::graphql::describe(self, &mut route);
        route
    }

    /// The name of a function or class as modules below `root` import it: folders without `__init__.py` count too.
    pub(super) fn name_of(&self, target: super::view::Target, root: &Utf8Path) -> Option<String> {
        let (module, path) = match target {
            super::view::Target::Function(function) => (function.module, &self.code.function(function).path),
            super::view::Target::Class(class) => (class.module, &self.code.class(class).path),
            super::view::Target::Outside | super::view::Target::Unknown => return None,
        };
        let file = &self.code.module(module).file.path;
        let inside = file.strip_prefix(root).ok()?;
        let mut parts: Vec<&str> = inside.components().map(|part| part.as_str()).collect();
        let last = parts.pop()?;
        let last = last.strip_suffix(".py").unwrap_or(last);
        if last != "__init__" {
            parts.push(last);
        }
        Some(format!("{}.{path}", parts.join(".")))
    }

    /// The value of a setting.
    pub(super) fn setting(&self, name: &str) -> Option<&'c Value> {
        self.settings?.get(name).value()
    }

    /// Whether a list among the settings holds an item.
    pub(super) fn holds(&self, name: &str, item: &str) -> Truth {
        self.settings.map_or(Truth::Maybe, |settings| settings.contains(name, item))
    }

    /// Decorators as written; what `method_decorator` is given counts as decorators.
    pub(super) fn decorators(&self, written: (&'c Module, ScopeId, &'c [ExprId])) -> Vec<Decorator<'c>> {
        let (module, scope, decorators) = written;
        decorators.iter().take(40).flat_map(|expr| self.decorator(module, scope, *expr)).collect()
    }

    fn decorator(&self, module: &'c Module, scope: ScopeId, expr: ExprId) -> Vec<Decorator<'c>> {
        let one = self.plain_decorator(module, scope, expr);
        if one.last() != "method_decorator" {
            return vec![one];
        }
        let Some(first) = one.arguments.first().map(|argument| argument.value) else { return Vec::new() };
        let method =
            self.keyword(&one, "name").and_then(|value| self.text(module, scope, value)).or_else(|| {
                one.arguments
                    .get(1)
                    .filter(|argument| argument.how == ArgumentHow::Position)
                    .and_then(|argument| self.text(module, scope, argument.value))
            });
        self.decorators_in(module, scope, first, 4)
            .into_iter()
            .map(|mut inner| {
                inner.method.clone_from(&method);
                inner
            })
            .collect()
    }

    /// A decorator, a list of them, or a name for such a list.
    fn decorators_in(
        &self,
        module: &'c Module,
        scope: ScopeId,
        expr: ExprId,
        fuel: usize,
    ) -> Vec<Decorator<'c>> {
        match module.expr(expr) {
            ExprKind::List(items) | ExprKind::Tuple(items) => {
                items.iter().map(|item| self.plain_decorator(module, scope, *item)).collect()
            }
            ExprKind::Name(name) if fuel > 0 => {
                let mut at = Some(scope);
                while let Some(id) = at {
                    if let [crate::code::Binding::Assigned(value)] = module.scope(id).of(*name)
                        && matches!(module.expr(*value), ExprKind::List(_) | ExprKind::Tuple(_))
                    {
                        return self.decorators_in(module, id, *value, fuel - 1);
                    }
                    at = module.scope(id).parent;
                }
                vec![self.plain_decorator(module, scope, expr)]
            }
            _ => vec![self.plain_decorator(module, scope, expr)],
        }
    }

    fn plain_decorator(&self, module: &'c Module, scope: ScopeId, expr: ExprId) -> Decorator<'c> {
        let (callee, arguments) = match module.expr(expr) {
            ExprKind::Call(call) => (call.callee, call.arguments.to_vec()),
            _ => (expr, Vec::new()),
        };
        let meaning = self.code.meaning(module.id, scope, callee);
        let name = match &meaning {
            Some(meaning) => self.code.dotted(meaning),
            None => module.source(callee).chars().take(120).collect(),
        };
        Decorator { name, meaning, module, scope, arguments, place: module.span(expr), method: None }
    }

    pub(super) fn keyword(&self, decorator: &Decorator<'c>, wanted: &str) -> Option<ExprId> {
        decorator.arguments.iter().find_map(|argument| match argument.how {
            ArgumentHow::Keyword(name) if self.code.text(name) == wanted => Some(argument.value),
            _ => None,
        })
    }

    pub(super) fn text(&self, module: &Module, scope: ScopeId, expr: ExprId) -> Option<String> {
        self.code.constant(module.id, scope, expr)?.as_text().map(str::to_owned)
    }

    /// The texts in an argument of a decorator: one text or a list.
    pub(super) fn texts(&self, decorator: &Decorator<'c>, at: usize) -> Vec<String> {
        let positional =
            decorator.arguments.iter().filter(|argument| argument.how == ArgumentHow::Position).nth(at);
        positional
            .and_then(|argument| self.code.constant(decorator.module.id, decorator.scope, argument.value))
            .map(super::classes::texts_of)
            .unwrap_or_default()
    }

    /// The decorators of a view, whatever it is: of the function; of the class, its bases and `dispatch`.
    pub(super) fn decorators_of(&self, route: &Route) -> Vec<Decorator<'c>> {
        use super::view::Target;
        match route.view.target {
            Target::Function(function) => self.decorators(self.classes.decorators(function)),
            Target::Class(class) => {
                let mut all = Vec::new();
                for ancestor in self.classes.order(class).iter() {
                    let super::classes::Ancestor::Ours(at) = ancestor else { continue };
                    all.extend(self.decorators(self.classes.class_decorators(*at)));
                }
                for name in ["dispatch", "as_view"] {
                    if let Some(method) = self.classes.method(class, name) {
                        all.extend(self.decorators(self.classes.decorators(method)));
                    }
                }
                all
            }
            Target::Outside | Target::Unknown => Vec::new(),
        }
    }
}
