//! From the entries of a URLconf to routes: patterns put together, namespaces, conditions, views.

use super::ask::Asked;
use super::pattern::{Converters, Parameter, Tameness, of_regex, of_route};
use super::view::{View, Wrapper, view_of};
use super::{Access, Csrf, LibraryUrls, Methods, Origin, Route, RouteTable, Unresolved};
use crate::code::{Code, Constant, ModuleId, ScopeId};
use crate::eval::{Evaluator, PatternKind, UrlEntry, UrlWhat, Urlconf};
use crate::settings::SettingsModule;
use crate::value::{Condition, Truth, Value};
use barding_source::Span;
use camino::Utf8PathBuf;

/// How many routes a table has at most.
const MOST_ROUTES: usize = 60_000;

/// Builds one table.
pub(super) struct Builder<'b, 'c> {
    pub(super) asked: &'b Asked<'c>,
    pub(super) converters: &'b Converters,
    pub(super) table: RouteTable,
    /// The folder that the root URLconf is imported from.
    root: Utf8PathBuf,
}

/// What stands around an entry.
#[derive(Clone, Default)]
pub(super) struct Around {
    pub(super) pattern: String,
    pub(super) known: bool,
    pub(super) namespaces: Vec<String>,
    pub(super) parameters: Vec<Parameter>,
    pub(super) places: Vec<Span>,
    pub(super) when: Vec<Condition>,
    pub(super) wrappers: Vec<Wrapper>,
}

impl<'b, 'c> Builder<'b, 'c> {
    pub(super) fn new(asked: &'b Asked<'c>, converters: &'b Converters) -> Self {
        Self { asked, converters, table: RouteTable::default(), root: Utf8PathBuf::new() }
    }

    /// Adds everything of a root URLconf.
    pub(super) fn urlconf(&mut self, name: &str, urlconf: &Urlconf) {
        self.table.urlconf = name.to_owned();
        if let Some(module) = urlconf.file.and_then(|file| self.code().module_of_file(file)) {
            let depth = name.split('.').count() + usize::from(module.is_package);
            let parts: Vec<_> = module.file.path.components().collect();
            let above = parts.len().saturating_sub(depth);
            self.root = parts.iter().take(above).map(|part| part.as_str()).collect();
        }
        let around = Around { known: true, ..Around::default() };
        self.entries(&urlconf.entries, &around);
        let from = urlconf.file.and_then(|file| self.code().module_of_file(file)).map(|module| module.id);
        for (handler, value, place) in &urlconf.handlers {
            let (view, _) = view_of(self.code(), value, from);
            self.table.handlers.push((handler.clone(), view, *place));
        }
    }

    /// The WebSockets of the ASGI application.
    pub(super) fn sockets(&mut self, settings: &SettingsModule, evaluator: &mut Evaluator<'_>) {
        super::channels::add(self, settings, evaluator);
    }

    pub(super) fn code(&self) -> &'c Code {
        self.asked.code
    }

    /// The module that an entry stands in.
    pub(super) fn module_at(&self, place: Span) -> Option<ModuleId> {
        self.code().module_of_file(place.file).map(|module| module.id)
    }

    pub(super) fn entries(&mut self, entries: &[UrlEntry], around: &Around) {
        for entry in entries {
            if self.table.routes.len() >= MOST_ROUTES {
                return;
            }
            self.entry(entry, around);
        }
    }

    fn entry(&mut self, entry: &UrlEntry, around: &Around) {
        let mut here = around.clone();
        here.when.extend(entry.when.clone());
        let has_place = !entry.place.is_empty();
        match &entry.what {
            UrlWhat::View { kind, pattern, view, extra: _, name } => {
                here.places.push(entry.place);
                self.extend(&mut here, *kind, pattern, entry.place);
                let from = self.module_at(entry.place);
                let (view, wrappers) = view_of(self.code(), view, from);
                here.wrappers.extend(wrappers);
                self.view(here, view, name.clone(), Origin::Pattern);
            }
            UrlWhat::Include { kind, pattern, app_name: _, namespace, decorators, entries, module: _ } => {
                here.places.push(entry.place);
                self.extend(&mut here, *kind, pattern, entry.place);
                here.namespaces.extend(namespace.clone());
                let from = self.module_at(entry.place);
                for decorator in decorators {
                    let name = match decorator {
                        Value::Name(name) => name.to_string(),
                        Value::Call(call) => call.callee.to_string(),
                        _ => continue,
                    };
                    let name = match from {
                        Some(from) => self.code().dotted(&self.code().import_meaning(&name, from, 24)),
                        None => name,
                    };
                    let (arguments, keywords) = match decorator {
                        Value::Call(call) => (
                            call.arguments.clone(),
                            call.keywords
                                .iter()
                                .map(|(name, value)| (name.to_string(), value.clone()))
                                .collect(),
                        ),
                        _ => (Vec::new(), Vec::new()),
                    };
                    here.wrappers.push(Wrapper { name, arguments, keywords, place: entry.place });
                }
                self.entries(entries, &here);
            }
            UrlWhat::Language { prefix_default, entries } => {
                if has_place {
                    here.places.push(entry.place);
                }
                here.pattern.push_str(if *prefix_default == Truth::Yes {
                    "<language>/"
                } else {
                    "[<language>/]"
                });
                self.entries(entries, &here);
            }
            UrlWhat::Suffixes { entries } => {
                let before = self.table.routes.len();
                self.entries(entries, &here);
                self.suffixes(before, here.pattern.len());
            }
            UrlWhat::Router { class, options, registered, parents } => {
                super::router::add(self, &here, class, options, registered, parents);
            }
            UrlWhat::Static { prefix, view } => {
                here.places.push(entry.place);
                let text = match prefix {
                    Value::Text(text) => text.trim_start_matches('/').to_owned(),
                    other => {
                        here.known = false;
                        shown_part(other)
                    }
                };
                here.pattern.push_str(&format!("^{}(?P<path>.*)$", escaped(&text)));
                here.parameters.push(Parameter {
                    name: "path".to_owned(),
                    converter: ".*".to_owned(),
                    tameness: Tameness::Rest,
                });
                let from = self.module_at(entry.place);
                let view = match view {
                    Some(view) => view_of(self.code(), view, from).0,
                    None => View::outside("django.views.static.serve"),
                };
                self.view(here, view, None, Origin::Files);
            }
            UrlWhat::Opaque { value } => {
                if has_place && here.places.last() != Some(&entry.place) {
                    here.places.push(entry.place);
                }
                super::library::add(self, here, value);
            }
            UrlWhat::Unresolved(unknown) => {
                let place = unknown
                    .place
                    .or_else(|| has_place.then_some(entry.place))
                    .or(here.places.last().copied());
                let unresolved =
                    Unresolved { pattern: here.pattern, reason: unknown.text.to_string(), place };
                if !self.table.unresolved.contains(&unresolved) {
                    self.table.unresolved.push(unresolved);
                }
            }
        }
    }

    /// Adds a pattern to what stands around.
    fn extend(&self, here: &mut Around, kind: PatternKind, pattern: &Value, place: Span) {
        let text = match pattern {
            Value::Text(text) => text.to_string(),
            other => match self.constant(other, place) {
                Some(text) => text,
                None => {
                    here.known = false;
                    shown_part(other)
                }
            },
        };
        here.parameters.extend(match kind {
            PatternKind::Path => of_route(&text, self.converters),
            PatternKind::Regex => of_regex(&text),
        });
        if here.pattern.len() + text.len() < 4_000 {
            here.pattern.push_str(&text);
        }
    }

    /// The text behind a name of a module that was not executed: `path(f"{conf.PREFIX}/", …)` is beyond it.
    fn constant(&self, value: &Value, place: Span) -> Option<String> {
        let Value::Name(name) = value else { return None };
        let (module, last) = name.rsplit_once('.')?;
        let code = self.code();
        let module = code.module(code.module_named(module, self.module_at(place))?);
        let symbol = code.known_symbol(last)?;
        match module.scope(ScopeId(0)).of(symbol) {
            [crate::code::Binding::Assigned(value)] => match code.constant(module.id, ScopeId(0), *value)? {
                Constant::Text(text) => Some(text),
                _ => None,
            },
            _ => None,
        }
    }

    /// Adds a route to a view.
    pub(super) fn view(&mut self, here: Around, view: View, name: Option<String>, origin: Origin) {
        self.view_with_actions(here, view, name, origin, Vec::new());
    }

    /// Adds a route to a view, or to some methods of a viewset.
    pub(super) fn view_with_actions(
        &mut self,
        here: Around,
        view: View,
        name: Option<String>,
        origin: Origin,
        actions: Vec<(String, String)>,
    ) {
        // A view that a library brings with its own URLs.
        if let Some(reason) = &view.unknown {
            let unresolved = Unresolved {
                pattern: here.pattern.clone(),
                reason: reason.clone(),
                place: here.places.last().copied(),
            };
            self.table.unresolved.push(unresolved);
        }
        let route = blank(here, view, name, origin);
        let route = Route { actions, ..route };
        let route = self.asked.finish(route);
        self.push(route);
    }

    /// Adds URLs of a library, of which each is not listed.
    pub(super) fn library(&mut self, here: Around, view: View, library: LibraryUrls, origin: Origin) {
        let mut route = blank(here, view, None, origin);
        library.describe(&mut route);
        route.library = Some(library);
        self.push(route);
    }

    pub(super) fn push(&mut self, mut route: Route) {
        if let Some(name) = self.asked.name_of(route.view.target, &self.root) {
            route.view.name = name;
        }
        if self.table.routes.len() < MOST_ROUTES {
            self.table.routes.push(route);
        }
    }

    /// `format_suffix_patterns`: each route since `before` again, with a suffix.
    pub(super) fn suffixes(&mut self, before: usize, prefix: usize) {
        let plain: Vec<Route> = self.table.routes.drain(before..).collect();
        for route in plain {
            let mut again = route.clone();
            self.push(route);
            if again.origin == Origin::Library {
                continue;
            }
            let (around, own) =
                again.pattern.split_at_checked(prefix).unwrap_or(("", again.pattern.as_str()));
            let is_regex = own.ends_with('$') || own.starts_with('^') || own.contains("(?P<");
            let base = format!("{around}{}", own.trim_end_matches('$').trim_end_matches('/'));
            again.pattern = if is_regex {
                base + r"\.(?P<format>[a-z0-9]+)/?$"
            } else {
                base + "<drf_format_suffix:format>"
            };
            again.parameters.push(Parameter {
                name: "format".to_owned(),
                converter: "[a-z0-9]+".to_owned(),
                tameness: Tameness::Harmless,
            });
            again.origin = Origin::Suffix;
            self.push(again);
        }
    }
}

/// A route about which nothing but its place is known yet.
pub(super) fn blank(here: Around, view: View, name: Option<String>, origin: Origin) -> Route {
    Route {
        pattern: here.pattern,
        pattern_known: here.known,
        namespaces: here.namespaces,
        name,
        parameters: here.parameters,
        places: here.places,
        when: here.when,
        origin,
        library: None,
        view,
        actions: Vec::new(),
        wrappers: here.wrappers,
        methods: Methods::default(),
        access: Access::default(),
        csrf: Csrf::default(),
        inputs: Vec::new(),
        uploads: Vec::new(),
        templates: Vec::new(),
        raw_sql: Vec::new(),
        changes: Vec::new(),
        is_api: false,
        throttled: None,
    }
}

/// What to show for a part of a pattern that is not known.
fn shown_part(value: &Value) -> String {
    match value {
        Value::Env(env) => format!("{{{}}}", env.variable),
        Value::Name(name) => format!("{{{}}}", name.rsplit('.').next().unwrap_or_default()),
        Value::Unset | Value::None => String::new(),
        _ => "{…}".to_owned(),
    }
}

/// `re.escape` of a prefix.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        if "()[]{}?*+-|^$\\.&~# \t\n\r".contains(letter) {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}
