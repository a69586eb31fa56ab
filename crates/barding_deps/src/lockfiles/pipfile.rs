//! `Pipfile`: what Pipenv is asked for.

use super::Format;
use super::pyproject::table;
use crate::data::{self, Data};
use crate::manifest::{IndexKind, Reading, Role};
use crate::{Group, Wanted};
use barding_source::SourceFile;
use camino::Utf8Path;

pub(crate) static FORMAT: Format = Format { name: "Pipfile", role: Role::Wishes, owns, read };

fn owns(path: &Utf8Path) -> bool {
    super::is_named(path, &["Pipfile"])
}

fn read(file: &SourceFile, reading: &mut Reading) {
    let (root, troubles) = data::toml(&file.text);
    reading.troubles(troubles);
    for (at, source) in root.items_at("source").iter().enumerate() {
        let Some(url) = source.get("url") else { continue };
        let place = reading.span(url.start, url.end);
        let address = url.text().unwrap_or_default().to_owned();
        // Pipenv takes a package from the first source unless the package names another.
        let kind = if at == 0 { IndexKind::Primary } else { IndexKind::Explicit };
        reading.option(kind, &address, place);
        if source.get("verify_ssl").is_some_and(|verify| matches!(verify.data, Data::Bool(false))) {
            reading.option(IndexKind::TrustedHost, &address, place);
        }
    }
    for entry in root.entries() {
        let group = match &*entry.key {
            "packages" => Group::Main,
            "dev-packages" => Group::Development("dev".to_owned()),
            "source" | "requires" | "scripts" | "pipenv" | "pipfile" => continue,
            other => Group::Development(other.to_owned()),
        };
        let first = reading.manifest.packages.len();
        table(Some(&entry.value), &group, &file.text, reading);
        for package in &mut reading.manifest.packages[first..] {
            // Pipenv's versions are PEP 440, where a bare version means nothing; keep Poetry's reading of the rest.
            if !package.written.is_empty() {
                let strict = Wanted::specifiers(&package.written);
                if !matches!(strict, Wanted::Unreadable(_)) {
                    package.wanted = strict;
                }
            }
        }
    }
}
