//! Routes for programs. The version counts up when a field changes its meaning.

use super::{RoutesLook, ShownTable, csrf, origin, place};
use crate::sarif::pretty;
use barding_finding::AuditResult;
use barding_project::Truth;
use barding_project::routes::{Route, Tameness};
use serde_json::{Value as Json, json};

pub(super) fn render(tables: &[ShownTable<'_>], files: &AuditResult, look: &RoutesLook<'_>) -> String {
    let tables: Vec<Json> = tables
        .iter()
        .map(|shown| {
            let table = shown.table;
            json!({
                "urlconf": table.urlconf,
                "settings": table.settings,
                "in_production": match table.in_production {
                    Some(Truth::Yes) => "yes",
                    Some(Truth::No) => "no",
                    Some(Truth::Maybe) | None => "unknown",
                },
                "routes": shown.routes.iter().map(|one| route(one, files)).collect::<Vec<_>>(),
                "unresolved": table.unresolved.iter().map(|one| json!({
                    "pattern": one.pattern, "reason": one.reason, "place": place(one.place, files),
                })).collect::<Vec<_>>(),
                "handlers": table.handlers.iter().map(|(name, view, at)| json!({
                    "name": name, "view": view.name, "place": place(Some(*at), files),
                })).collect::<Vec<_>>(),
            })
        })
        .collect();
    pretty(
        &json!({ "barding": env!("CARGO_PKG_VERSION"), "version": 1, "target": look.target, "tables": tables }),
    )
}

fn route(route: &Route, files: &AuditResult) -> Json {
    let at = |span| place(Some(span), files);
    json!({
        "path": route.shown_pattern(),
        "pattern": route.pattern,
        "pattern_known": route.pattern_known,
        "name": route.full_name(),
        "namespaces": route.namespaces,
        "origin": origin(route.origin),
        "library": route.library.map(|library| json!({ "name": library.name, "what": library.what })),
        "place": place(route.place(), files),
        "included_at": route.places.iter().rev().skip(1).rev().map(|span| at(*span)).collect::<Vec<_>>(),
        "when": route.when.iter().map(|when| json!({
            "text": &*when.text,
            "when_unset": match when.when_unset {
                Truth::Yes => "yes",
                Truth::No => "no",
                Truth::Maybe => "maybe",
            },
            "place": place(when.place, files),
        })).collect::<Vec<_>>(),
        "methods": route.methods.named,
        "any_method": route.methods.any,
        "actions": route.actions.iter().map(|(method, action)| json!({ "method": method, "action": action })).collect::<Vec<_>>(),
        "view": { "name": route.view.name, "place": place(route.view.place, files), "unknown": route.view.unknown },
        "decorators": route.wrappers.iter().map(|wrapper| &wrapper.name).collect::<Vec<_>>(),
        "entry": {
            "kind": route.access.entry.kind(),
            "words": route.access.entry.words(),
            "public_read": route.access.public_read,
            "because": route.access.because.iter().map(|(text, span)| json!({
                "text": text, "place": place(*span, files),
            })).collect::<Vec<_>>(),
        },
        "csrf": { "state": csrf(route), "because": route.csrf.because, "place": place(route.csrf.place, files) },
        "unsafe": route.is_unsafe(),
        "parameters": route.parameters.iter().map(|parameter| json!({
            "name": parameter.name,
            "converter": parameter.converter,
            "holds": match parameter.tameness {
                Tameness::Harmless => "harmless",
                Tameness::Segment => "segment",
                Tameness::Rest => "anything",
            },
        })).collect::<Vec<_>>(),
        "inputs": route.inputs,
        "uploads": route.uploads,
        "templates": route.templates,
        "changes": route.changes.iter().map(|(span, what)| json!({ "what": what, "place": at(*span) })).collect::<Vec<_>>(),
        "raw_sql": route.raw_sql.iter().map(|span| at(*span)).collect::<Vec<_>>(),
        "throttled": route.throttled,
    })
}
