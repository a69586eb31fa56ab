//! Routes as Markdown: a table, and below it what was not followed.

use super::{RoutesLook, ShownTable, csrf, heading, is_echo, place, when};
use crate::markdown::{cell, code, text};
use barding_finding::AuditResult;
use std::fmt::Write;

pub(super) fn render(tables: &[ShownTable<'_>], files: &AuditResult, look: &RoutesLook<'_>) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "# Routes of {}", text(look.target));
    for shown in tables {
        let _ = writeln!(out, "\n## {}\n", text(&heading(shown.table)));
        out.push_str(
            "| route | methods | view | entry | CSRF | reads | only when |\n|---|---|---|---|---|---|---|\n",
        );
        for route in shown.routes.iter().filter(|route| !is_echo(route)) {
            let at = place(route.view.place.or(route.place()), files);
            let view = if at.is_empty() {
                code(&route.view.name)
            } else {
                format!("{} {}", code(&route.view.name), text(&at))
            };
            let reads: Vec<&str> = route.inputs.iter().chain(&route.uploads).map(String::as_str).collect();
            let row = [
                code(&route.shown_pattern()),
                text(&route.methods.words()),
                view,
                text(&route.access.entry.words()),
                text(csrf(route)),
                text(&reads.join(", ")),
                text(&when(route)),
            ];
            let row: Vec<String> = row.iter().map(|one| cell(one)).collect();
            let _ = writeln!(out, "| {} |", row.join(" | "));
        }
        if !shown.table.unresolved.is_empty() {
            out.push_str("\nNot followed:\n\n");
            for one in &shown.table.unresolved {
                let _ = writeln!(
                    out,
                    "- {} {} {}",
                    code(&one.pattern),
                    text(&one.reason),
                    text(&place(one.place, files))
                );
            }
        }
    }
    out
}
