//! `pylock.toml` and `pylock.<name>.toml` (PEP 751).

use super::Format;
use super::poetry_lock::entry_place;
use crate::data::{self, Node};
use crate::manifest::{Reading, Role, without_credentials};
use crate::{Group, Origin, Package, PackageName, Wanted};
use barding_source::SourceFile;
use camino::Utf8Path;

pub(crate) static FORMAT: Format = Format { name: "pylock.toml", role: Role::Lock, owns, read };

fn owns(path: &Utf8Path) -> bool {
    path.file_name().is_some_and(|name| {
        name.starts_with("pylock.") && name.ends_with(".toml") && name.split('.').count() <= 3
    })
}

fn read(file: &SourceFile, reading: &mut Reading) {
    let (root, troubles) = data::toml(&file.text);
    reading.troubles(troubles);
    for node in root.items_at("packages") {
        let Some(name) = node.text_at("name") else { continue };
        let written = node.text_at("version").unwrap_or_default();
        let wanted = if written.is_empty() { Wanted::Any } else { Wanted::version(written) };
        let mut package = Package::new(name, wanted, written, entry_place(node, reading));
        package.marker = node.text_at("marker").map(str::to_owned);
        package.group = group(package.marker.as_deref());
        package.hashed = node.at(&["sdist", "hashes"]).is_some()
            || node.at(&["archive", "hashes"]).is_some()
            || node.items_at("wheels").iter().any(|wheel| wheel.get("hashes").is_some());
        if let Some(vcs) = node.get("vcs") {
            package.origin = Origin::Repository {
                system: vcs.text_at("type").unwrap_or("git").to_owned(),
                url: without_credentials(
                    vcs.text_at("url").or_else(|| vcs.text_at("path")).unwrap_or_default(),
                ),
                revision: vcs.text_at("commit-id").map(str::to_owned),
            };
        } else if let Some(directory) = node.get("directory") {
            package.origin = Origin::Path(directory.text_at("path").unwrap_or_default().to_owned());
        } else if let Some(url) = node.get("archive").and_then(|archive| archive.text_at("url")) {
            package.origin = Origin::Url(without_credentials(url));
        }
        package.requires = node
            .items_at("dependencies")
            .iter()
            .filter_map(|needed: &Node<'_>| needed.text_at("name"))
            .map(|name| (PackageName::new(name), Wanted::Any))
            .collect();
        reading.add(package);
    }
}

/// PEP 751 writes groups into the marker: `'dev' in dependency_groups`.
fn group(marker: Option<&str>) -> Group {
    let Some(marker) = marker else { return Group::Main };
    if !marker.contains("dependency_groups") || marker.contains("'default'") || marker.contains(" or ") {
        return Group::Main;
    }
    let name = marker.split(['\'', '"']).nth(1).unwrap_or("dev");
    Group::Development(name.to_owned())
}
