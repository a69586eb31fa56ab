//! Routes for `barding routes`: the attack surface, for people and for programs.

mod html;
mod json;
mod markdown;
mod openapi;
mod terminal;

use crate::Look;
use crate::place::Located;
use barding_finding::AuditResult;
use barding_project::routes::{Origin, Route, RouteTable};
use barding_source::Span;

/// The formats of `barding routes`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoutesFormat {
    /// A line or more for each route.
    Terminal,
    /// The addresses as a tree.
    Tree,
    /// Everything, versioned.
    Json,
    /// A table for a comment.
    Markdown,
    /// One page for a browser.
    Html,
    /// OpenAPI 3.1: what can be said of each route without running it.
    OpenApi,
}

/// A table with the routes of it that are to be shown.
#[derive(Debug)]
pub struct ShownTable<'r> {
    /// The table.
    pub table: &'r RouteTable,
    /// Its routes, filtered.
    pub routes: Vec<&'r Route>,
}

/// What is to be shown.
#[derive(Debug)]
pub struct RoutesLook<'r> {
    /// The terminal.
    pub look: Look,
    /// The name of the audited folder.
    pub target: &'r str,
    /// Whether routes were left out on demand.
    pub filtered: bool,
}

/// Writes routes. `files` holds the files they stand in.
pub fn routes(
    tables: &[ShownTable<'_>],
    files: &AuditResult,
    format: RoutesFormat,
    look: &RoutesLook<'_>,
) -> String {
    match format {
        RoutesFormat::Terminal => terminal::list(tables, files, look),
        RoutesFormat::Tree => terminal::tree(tables, files, look),
        RoutesFormat::Json => json::render(tables, files, look),
        RoutesFormat::Markdown => markdown::render(tables, files, look),
        RoutesFormat::Html => html::render(tables, files, look),
        RoutesFormat::OpenApi => openapi::render(tables, look),
    }
}

/// `path:line`; nothing when the place is not in a file that was read.
fn place(span: Option<Span>, files: &AuditResult) -> String {
    let Some(span) = span else { return String::new() };
    if files.file(span).is_none() {
        return String::new();
    }
    let located = Located::of_span(span, files);
    match located.region {
        Some(region) => format!("{}:{}", located.name, region.line),
        None => String::new(),
    }
}

/// Where a route comes from, in a word.
fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Pattern => "pattern",
        Origin::Router => "router",
        Origin::RouterRoot => "router root",
        Origin::Suffix => "suffix",
        Origin::Operation => "operation",
        Origin::Admin => "admin",
        Origin::Library => "library",
        Origin::Files => "files",
        Origin::Socket => "socket",
    }
}

/// The word for a route's protection against forged requests.
fn csrf(route: &Route) -> &'static str {
    use barding_project::Truth;
    match route.csrf.protected {
        Truth::Yes => "protected",
        Truth::No if route.csrf.exempted => "exempt",
        Truth::No => "unprotected",
        Truth::Maybe => "unknown",
    }
}

/// The heading of a table.
fn heading(table: &RouteTable) -> String {
    match table.settings.as_slice() {
        [] => format!("{} (nothing that we see includes it)", table.urlconf),
        settings => format!("{} ({})", table.urlconf, settings.join(", ")),
    }
}

/// The conditions of a route in one text.
fn when(route: &Route) -> String {
    route.when.iter().map(|when| &*when.text).collect::<Vec<_>>().join(" and ")
}

/// Whether a route is one more way to say another: those with suffixes.
fn is_echo(route: &Route) -> bool {
    route.origin == Origin::Suffix
}
