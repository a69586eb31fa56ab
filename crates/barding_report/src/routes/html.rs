//! Routes as one page for a browser: self-contained, without script. Everything passes through the template's escaping.

use super::{RoutesLook, ShownTable, csrf, heading, is_echo, place, when};
use crate::clean::clean_line;
use askama::Template;
use barding_finding::AuditResult;

#[derive(Template)]
#[template(path = "routes.html")]
struct Page {
    target: String,
    tables: Vec<Table>,
}

struct Table {
    heading: String,
    rows: Vec<Row>,
    unresolved: Vec<(String, String, String)>,
}

struct Row {
    path: String,
    name: String,
    methods: String,
    view: String,
    place: String,
    entry: String,
    kind: &'static str,
    because: String,
    csrf: &'static str,
    reads: String,
    renders: String,
    when: String,
}

pub(super) fn render(tables: &[ShownTable<'_>], files: &AuditResult, look: &RoutesLook<'_>) -> String {
    let tables = tables
        .iter()
        .map(|shown| Table {
            heading: clean_line(&heading(shown.table)),
            rows: shown
                .routes
                .iter()
                .filter(|route| !is_echo(route))
                .map(|route| {
                    let reads: Vec<&str> =
                        route.inputs.iter().chain(&route.uploads).map(String::as_str).collect();
                    Row {
                        path: clean_line(&route.shown_pattern()),
                        name: clean_line(&route.full_name().unwrap_or_default()),
                        methods: route.methods.words(),
                        view: clean_line(&route.view.name),
                        place: clean_line(&place(route.view.place.or(route.place()), files)),
                        entry: clean_line(&route.access.entry.words()),
                        kind: route.access.entry.kind(),
                        because: clean_line(
                            &route
                                .access
                                .because
                                .iter()
                                .map(|(text, _)| text.as_str())
                                .collect::<Vec<_>>()
                                .join("; "),
                        ),
                        csrf: if route.methods.is_safe_only() { "" } else { csrf(route) },
                        reads: clean_line(&reads.join(", ")),
                        renders: clean_line(&route.templates.join(", ")),
                        when: clean_line(&when(route)),
                    }
                })
                .collect(),
            unresolved: shown
                .table
                .unresolved
                .iter()
                .map(|one| {
                    (clean_line(&one.pattern), clean_line(&one.reason), clean_line(&place(one.place, files)))
                })
                .collect(),
        })
        .collect();
    let page = Page { target: clean_line(look.target), tables };
    page.render().unwrap_or_default()
}
