//! Routes as an OpenAPI 3.1 description: paths, methods, parameters and who may enter, as far as the source tells.

use super::{RoutesLook, ShownTable, is_echo};
use crate::sarif::pretty;
use barding_project::routes::{Entry, Origin, Route};
use serde_json::{Map, Value as Json, json};

pub(super) fn render(tables: &[ShownTable<'_>], look: &RoutesLook<'_>) -> String {
    let mut paths: Map<String, Json> = Map::new();
    for shown in tables {
        for route in shown.routes.iter().filter(|route| !is_echo(route)) {
            if matches!(route.origin, Origin::Library | Origin::Socket | Origin::Files)
                || !route.pattern_known
            {
                continue;
            }
            let (path, names) = templated(&route.shown_pattern());
            let item = paths.entry(path.clone()).or_insert_with(|| json!({}));
            let Some(item) = item.as_object_mut() else { continue };
            for method in methods(route) {
                // Django answers with the first route that fits.
                item.entry(method.to_owned()).or_insert_with(|| operation(route, method, &path, &names));
            }
        }
    }
    pretty(&json!({
        "openapi": "3.1.0",
        "info": { "title": look.target, "version": "0", "description": "Read from the source by barding; nothing was run." },
        "paths": paths,
        "components": { "securitySchemes": {
            "session": { "type": "apiKey", "in": "cookie", "name": "sessionid" },
            "token": { "type": "http", "scheme": "bearer" },
        } },
    }))
}

fn methods(route: &Route) -> Vec<&'static str> {
    let known = [("GET", "get"), ("POST", "post"), ("PUT", "put"), ("PATCH", "patch"), ("DELETE", "delete")];
    if route.methods.is_open() {
        let mut found = vec!["get"];
        if route.is_unsafe() {
            found.push("post");
        }
        return found;
    }
    known.iter().filter(|(name, _)| route.methods.answers(name)).map(|(_, method)| *method).collect()
}

fn operation(route: &Route, method: &str, path: &str, names: &[(String, String)]) -> Json {
    let parameters: Vec<Json> = names
        .iter()
        .map(|(name, converter)| {
            let schema = match converter.as_str() {
                "int" => json!({ "type": "integer", "minimum": 0 }),
                "uuid" => json!({ "type": "string", "format": "uuid" }),
                _ => json!({ "type": "string" }),
            };
            json!({ "name": name, "in": "path", "required": true, "schema": schema })
        })
        .chain(route.inputs.iter().filter_map(|input| {
            let key = input
                .strip_prefix("GET[")
                .or_else(|| input.strip_prefix("query_params["))?
                .strip_suffix(']')?;
            Some(json!({ "name": key, "in": "query", "required": false, "schema": { "type": "string" } }))
        }))
        .collect();
    let security = match &route.access.entry {
        Entry::Public | Entry::Unknown => json!([]),
        Entry::Token(_) => json!([{ "token": [] }]),
        _ => json!([{ "session": [] }]),
    };
    let mut operation = json!({
        "operationId": format!("{method} {path}"),
        "summary": route.view.name,
        "parameters": parameters,
        "security": security,
        "responses": { "default": { "description": "not looked at" } },
        "x-barding-entry": route.access.entry.words(),
    });
    if matches!(method, "post" | "put" | "patch") && !route.uploads.is_empty() {
        operation["requestBody"] =
            json!({ "content": { "multipart/form-data": { "schema": { "type": "object" } } } });
    }
    operation
}

/// `/orders/{pk}/` of `/orders/<int:pk>/`, with the parameters and their converters.
fn templated(path: &str) -> (String, Vec<(String, String)>) {
    let mut out = String::new();
    let mut names: Vec<(String, String)> = Vec::new();
    let mut rest = path;
    while let Some(start) = rest.find('<') {
        let Some(end) = rest[start..].find('>') else { break };
        out.push_str(&rest[..start]);
        let inside = &rest[start + 1..start + end];
        let (converter, name) = inside.split_once(':').unwrap_or(("str", inside));
        let mut name = name.trim().to_owned();
        while names.iter().any(|(known, _)| *known == name) {
            name.push('_');
        }
        out.push_str(&format!("{{{name}}}"));
        names.push((name, converter.to_owned()));
        rest = &rest[start + end + 1..];
    }
    out.push_str(rest);
    (out, names)
}
