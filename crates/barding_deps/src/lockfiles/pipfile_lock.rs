//! `Pipfile.lock`: JSON, one object per group.

use super::Format;
use super::pyproject::describe;
use crate::data;
use crate::manifest::{Reading, Role};
use crate::{Group, Package, Wanted};
use barding_source::SourceFile;
use camino::Utf8Path;

pub(crate) static FORMAT: Format = Format { name: "Pipfile.lock", role: Role::Lock, owns, read };

fn owns(path: &Utf8Path) -> bool {
    super::is_named(path, &["Pipfile.lock"])
}

fn read(file: &SourceFile, reading: &mut Reading) {
    let (root, troubles) = data::json(&file.text);
    reading.troubles(troubles);
    for section in root.entries() {
        let group = match &*section.key {
            "_meta" => continue,
            "default" => Group::Main,
            "develop" => Group::Development("dev".to_owned()),
            other => Group::Development(other.to_owned()),
        };
        for entry in section.value.entries() {
            let written = entry.value.text_at("version").unwrap_or_default();
            let place = reading.span(entry.start, entry.value.end);
            let mut package = Package::new(&entry.key, Wanted::specifiers(written), written, place);
            package.group = group.clone();
            package.hashed = !entry.value.items_at("hashes").is_empty();
            describe(&entry.value, &mut package);
            reading.add(package);
        }
    }
}
