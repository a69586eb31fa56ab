//! The attack surface: every route with its view, who may enter, what protects it and what it reads.
//!
//! What comes in: effective settings and the code. What goes out: [`Routes`], one [`RouteTable`] for each URLconf that a
//! judged settings module names. It knows Django's URLs and views and the libraries around them; it judges nothing.
//!
//! Flows and rules ask [`Routes::of_function`] and [`Routes::of_class`] which routes reach a view, and with which
//! [`Parameter`]s.

mod access;
mod address;
mod admin;
mod api;
mod ask;
mod channels;
mod classes;
mod csrf;
mod graphql;
mod library;
mod methods;
mod ninja;
pub(crate) mod pattern;
mod read;
mod router;
mod suggest;
mod table;
mod view;
mod views;

pub use access::{Access, Entry};
pub use csrf::Csrf;
pub use library::{LibraryKind, LibraryUrls};
pub use methods::Methods;
pub use pattern::{Parameter, Tameness};
pub use suggest::suggest_model;
pub use view::{Target, View, Wrapper};

use crate::code::{ClassRef, FunctionRef};
use crate::value::{Condition, Truth};
use barding_source::Span;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

pub(crate) use read::read;

/// The routes of a project.
#[derive(Clone, Debug, Default)]
pub struct Routes {
    /// One table for each URLconf that a judged settings module names, in the order of the settings modules.
    pub tables: Vec<RouteTable>,
    functions: FxHashMap<FunctionRef, Vec<(u32, u32)>>,
    classes: FxHashMap<ClassRef, Vec<(u32, u32)>>,
}

/// The routes of one URLconf under one settings module.
#[derive(Clone, Debug, Default)]
pub struct RouteTable {
    /// The settings modules it is the same for. Empty when no settings module names the URLconf: it was found by
    /// itself, and is served only if something that we do not see includes it.
    pub settings: Vec<String>,
    /// Whether those settings run the live site.
    pub in_production: Option<Truth>,
    /// The root URLconf. Without settings: a URLconf that nothing else includes.
    pub urlconf: String,
    /// The routes, in the order Django tries them.
    pub routes: Vec<Route>,
    /// What could not be followed, and why.
    pub unresolved: Vec<Unresolved>,
    /// `handler404` and the like, with what the project puts there.
    pub handlers: Vec<(String, View, Span)>,
}

/// Something in a URLconf that could not be followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unresolved {
    /// The pattern as far as it is known.
    pub pattern: String,
    /// Why.
    pub reason: String,
    /// Where.
    pub place: Option<Span>,
}

/// Where a route comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// A pattern of the project.
    Pattern,
    /// A router of Django REST framework.
    Router,
    /// The list of links that a router shows at its root.
    RouterRoot,
    /// The same route again with a suffix such as `.json`.
    Suffix,
    /// An operation of django-ninja.
    Operation,
    /// Django's admin, as a whole or one of its parts.
    Admin,
    /// The URLs of a library, as a whole.
    Library,
    /// Files served by Django itself.
    Files,
    /// A WebSocket.
    Socket,
}

/// One route.
#[derive(Clone, Debug)]
pub struct Route {
    /// The whole pattern, as Django writes it: prefixes and pattern one after the other.
    pub pattern: String,
    /// Whether every part of the pattern is known.
    pub pattern_known: bool,
    /// The namespaces around it, outermost first.
    pub namespaces: Vec<String>,
    /// Its name, without namespaces.
    pub name: Option<String>,
    /// The parts of the address that the view is given.
    pub parameters: Vec<Parameter>,
    /// The calls that include it, outermost first, and its own last.
    pub places: Vec<Span>,
    /// The conditions under which it is there; empty when always.
    pub when: Vec<Condition>,
    /// Where it comes from.
    pub origin: Origin,
    /// The library, when it is a library's.
    pub library: Option<LibraryUrls>,
    /// The view.
    pub view: View,
    /// The methods of a viewset that answer, by HTTP method: `("GET", "list")`.
    pub actions: Vec<(String, String)>,
    /// Decorators around the view in the URLconf, outermost first.
    pub wrappers: Vec<Wrapper>,
    /// The HTTP methods it answers.
    pub methods: Methods,
    /// Who may enter.
    pub access: Access,
    /// Whether a CSRF token is asked for.
    pub csrf: Csrf,
    /// What it reads of the request: `GET[q]`, `POST`, `body`.
    pub inputs: Vec<String>,
    /// What it accepts as upload: `FILES[photo]`, a parser.
    pub uploads: Vec<String>,
    /// The templates it renders.
    pub templates: Vec<String>,
    /// Where it reaches raw SQL.
    pub raw_sql: Vec<Span>,
    /// Where it writes to the database or sends something, with what.
    pub changes: Vec<(Span, String)>,
    /// Whether it is a view of Django REST framework, which asks for permissions in its own way.
    pub is_api: bool,
    /// What limits how often it may be asked: a throttle, a decorator.
    pub throttled: Option<String>,
}

impl Route {
    /// Where its own pattern stands.
    pub fn place(&self) -> Option<Span> {
        self.places.last().copied()
    }

    /// The pattern as people read it: `/orders/<pk>/`.
    pub fn shown_pattern(&self) -> String {
        pattern::shown(&self.pattern)
    }

    /// Its name with its namespaces: `shop:cart`.
    pub fn full_name(&self) -> Option<String> {
        let name = self.name.as_ref()?;
        let mut full = self.namespaces.join(":");
        if !full.is_empty() {
            full.push(':');
        }
        Some(full + name)
    }

    /// Whether it may change something: it answers other methods than GET, HEAD and OPTIONS, and does so on purpose.
    pub fn is_unsafe(&self) -> bool {
        self.methods.has_unsafe()
            || self.methods.is_open() && (!self.changes.is_empty() || self.reads_forms())
    }

    fn reads_forms(&self) -> bool {
        !self.uploads.is_empty()
            || self
                .inputs
                .iter()
                .any(|input| ["POST", "FILES", "body", "data"].iter().any(|word| input.starts_with(word)))
    }

    /// Whether it is there in every case.
    pub fn is_unconditional(&self) -> bool {
        self.when.is_empty()
    }
}

impl Routes {
    /// Every route of every table.
    pub fn all(&self) -> impl Iterator<Item = (&RouteTable, &Route)> {
        self.tables.iter().flat_map(|table| table.routes.iter().map(move |route| (table, route)))
    }

    /// The routes that lead to this function.
    pub fn of_function(&self, function: FunctionRef) -> impl Iterator<Item = &Route> {
        self.at(self.functions.get(&function))
    }

    /// The routes that lead to this class, or to one that inherits from it.
    pub fn of_class(&self, class: ClassRef) -> impl Iterator<Item = &Route> {
        self.at(self.classes.get(&class))
    }

    /// What the parts of the address may hold that this function is given, by name: the worst of all its routes.
    /// `None` when no route is known to lead to it.
    pub fn parameters_of_function(&self, function: FunctionRef) -> Option<BTreeMap<&str, Tameness>> {
        worst(self.of_function(function))
    }

    /// The same for the methods of a class.
    pub fn parameters_of_class(&self, class: ClassRef) -> Option<BTreeMap<&str, Tameness>> {
        worst(self.of_class(class))
    }

    /// Whether the tables are believed to list every route: something was found, and nothing was left out.
    pub fn is_complete(&self) -> bool {
        !self.tables.is_empty()
            && self.tables.iter().all(|table| !table.settings.is_empty() && table.unresolved.is_empty())
    }

    fn at<'r>(&'r self, numbers: Option<&'r Vec<(u32, u32)>>) -> impl Iterator<Item = &'r Route> {
        numbers
            .into_iter()
            .flatten()
            .filter_map(|(table, route)| self.tables.get(*table as usize)?.routes.get(*route as usize))
    }

    /// Builds the index that [`Routes::of_function`] and [`Routes::of_class`] ask.
    fn index(&mut self, code: &crate::code::Code) {
        for (at, table) in self.tables.iter().enumerate() {
            for (number, route) in table.routes.iter().enumerate() {
                let here = (at as u32, number as u32);
                match route.view.target {
                    view::Target::Function(function) => {
                        self.functions.entry(function).or_default().push(here);
                    }
                    view::Target::Class(class) => {
                        let order = code.class_facts(class).map_or(&[][..], |facts| &facts.order);
                        for at in order {
                            self.classes.entry(*at).or_default().push(here);
                        }
                    }
                    view::Target::Outside | view::Target::Unknown => {}
                }
            }
        }
    }
}

fn worst<'r>(routes: impl Iterator<Item = &'r Route>) -> Option<BTreeMap<&'r str, Tameness>> {
    let mut found: Option<BTreeMap<&str, Tameness>> = None;
    for route in routes {
        let found = found.get_or_insert_default();
        for parameter in &route.parameters {
            let mine = found.entry(parameter.name.as_str()).or_insert(parameter.tameness);
            *mine = (*mine).max(parameter.tameness);
        }
    }
    found
}
