//! `pdm.lock`, all versions of the format.

use super::Format;
use super::poetry_lock::{entry_place, outside_main};
use super::pyproject::describe;
use crate::data::{self, Node};
use crate::manifest::{Reading, Role};
use crate::requirement;
use crate::{Group, Package, Wanted};
use barding_source::SourceFile;
use camino::Utf8Path;

pub(crate) static FORMAT: Format = Format { name: "pdm.lock", role: Role::Lock, owns, read };

fn owns(path: &Utf8Path) -> bool {
    super::is_named(path, &["pdm.lock"])
}

fn read(file: &SourceFile, reading: &mut Reading) {
    let (root, troubles) = data::toml(&file.text);
    reading.troubles(troubles);
    for node in root.items_at("package") {
        let Some(name) = node.text_at("name") else { continue };
        let written = node.text_at("version").unwrap_or_default();
        let wanted = if written.is_empty() { Wanted::Any } else { Wanted::version(written) };
        let mut package = Package::new(name, wanted, written, entry_place(node, reading));
        let groups: Vec<&str> = node.items_at("groups").iter().filter_map(Node::text).collect();
        package.group = match groups.as_slice() {
            [] => Group::Main,
            groups if groups.contains(&"default") => Group::Main,
            groups => outside_main(groups),
        };
        package.hashed = !node.items_at("files").is_empty()
            || root.at(&["metadata", "files"]).is_some_and(|files| {
                files.entries().iter().any(|entry| entry.key.split(' ').next() == Some(name))
            });
        describe(node, &mut package);
        if let Some(revision) = node.text_at("revision")
            && let crate::Origin::Repository { revision: known, .. } = &mut package.origin
        {
            *known = Some(revision.to_owned());
        }
        for item in node.items_at("dependencies") {
            if let Some(text) = item.text()
                && let Some(needed) = requirement::read(text, reading.manifest.file, item.start)
            {
                package.requires.push((needed.name, needed.wanted));
            }
        }
        reading.add(package);
    }
}
