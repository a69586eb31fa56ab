//! `poetry.lock`, all versions of the format.

use super::Format;
use super::requirements::is_development_word;
use crate::data::{self, Data, Node};
use crate::manifest::{Reading, Role};
use crate::{Group, Origin, Package, PackageName, Wanted};
use barding_source::SourceFile;
use camino::Utf8Path;

pub(crate) static FORMAT: Format = Format { name: "poetry.lock", role: Role::Lock, owns, read };

fn owns(path: &Utf8Path) -> bool {
    super::is_named(path, &["poetry.lock"])
}

fn read(file: &SourceFile, reading: &mut Reading) {
    let (root, troubles) = data::toml(&file.text);
    reading.troubles(troubles);
    for node in root.items_at("package") {
        let Some(name) = node.text_at("name") else { continue };
        let written = node.text_at("version").unwrap_or_default();
        let place = entry_place(node, reading);
        let mut package = Package::new(name, Wanted::version(written), written, place);
        package.group = group(node);
        package.hashed = !node.items_at("files").is_empty()
            || root.at(&["metadata", "files", name]).is_some_and(|files| !files.items().is_empty())
            || root.at(&["metadata", "hashes", name]).is_some_and(|files| !files.items().is_empty());
        if let Some(marker) = node.text_at("markers") {
            package.marker = Some(marker.to_owned());
        }
        if let Some(source) = node.get("source") {
            package.origin = origin(source);
        }
        for entry in node.entries_at("dependencies") {
            let choices = match &entry.value.data {
                Data::List(items) => items.as_slice(),
                _ => std::slice::from_ref(&entry.value),
            };
            for choice in choices {
                let text = choice.text().or_else(|| choice.text_at("version")).unwrap_or("*");
                package.requires.push((PackageName::new(&entry.key), Wanted::poetry(text)));
            }
        }
        reading.add(package);
    }
}

/// The place of a `[[package]]` entry: its name's line says more than the header.
pub(crate) fn entry_place(node: &Node<'_>, reading: &Reading) -> barding_source::Span {
    match node.get("name") {
        Some(name) => reading.span(name.start, name.end),
        None => reading.span(node.start, node.end),
    }
}

fn group(node: &Node<'_>) -> Group {
    let groups: Vec<&str> = node.items_at("groups").iter().filter_map(Node::text).collect();
    if groups.is_empty() {
        return match node.text_at("category") {
            Some("dev") => Group::Development("dev".to_owned()),
            _ if node.get("optional").is_some_and(Node::is_true) => Group::Optional(String::new()),
            _ => Group::Main,
        };
    }
    if groups.contains(&"main") {
        return match node.get("optional").is_some_and(Node::is_true) {
            true => Group::Optional(String::new()),
            false => Group::Main,
        };
    }
    outside_main(&groups)
}

/// The group of a package that the main one does not need: one for production counts before those for developers.
pub(super) fn outside_main(groups: &[&str]) -> Group {
    match groups.iter().find(|name| !is_development_word(name)) {
        Some(name) => Group::Optional((*name).to_owned()),
        None => groups.first().map_or(Group::Main, |name| Group::Development((*name).to_owned())),
    }
}

fn origin(source: &Node<'_>) -> Origin {
    let url = source.text_at("url").unwrap_or_default();
    match source.text_at("type") {
        Some(system @ ("git" | "hg" | "svn" | "bzr")) => Origin::Repository {
            system: system.to_owned(),
            url: crate::manifest::without_credentials(url),
            revision: source
                .text_at("resolved_reference")
                .or_else(|| source.text_at("reference"))
                .map(str::to_owned),
        },
        Some("url") => Origin::Url(crate::manifest::without_credentials(url)),
        Some("directory" | "file") => Origin::Path(url.to_owned()),
        _ => Origin::Index,
    }
}
