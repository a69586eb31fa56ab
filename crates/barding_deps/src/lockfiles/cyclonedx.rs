//! CycloneDX bills of materials in JSON. Only components with a `pkg:pypi/` address are Python's.

use super::Format;
use crate::data::{self, Node};
use crate::manifest::{Reading, Role};
use crate::{Group, Package, PackageName, Wanted};
use barding_source::SourceFile;
use camino::Utf8Path;
use std::collections::BTreeMap;

pub(crate) static FORMAT: Format = Format { name: "CycloneDX", role: Role::BillOfMaterials, owns, read };

fn owns(path: &Utf8Path) -> bool {
    path.file_name().is_some_and(|name| {
        let name = name.to_ascii_lowercase();
        name.ends_with(".cdx.json") || name == "bom.json" || name.ends_with("cyclonedx.json")
    })
}

pub(crate) fn read(file: &SourceFile, reading: &mut Reading) {
    let (root, troubles) = data::json(&file.text);
    reading.troubles(troubles);
    let mut foreign = 0;
    let mut by_reference: BTreeMap<&str, PackageName> = BTreeMap::new();
    components(root.items_at("components"), reading, &mut foreign, &mut by_reference, 0);
    let main = root.at(&["metadata", "component"]).and_then(|own| own.text_at("bom-ref"));
    for node in root.items_at("dependencies") {
        let Some(from) = node.text_at("ref") else { continue };
        let needed: Vec<PackageName> = node
            .items_at("dependsOn")
            .iter()
            .filter_map(|reference| by_reference.get(reference.text()?).cloned())
            .collect();
        if Some(from) == main {
            for package in &mut reading.manifest.packages {
                package.direct = Some(needed.contains(&package.name));
            }
        } else if let Some(name) = by_reference.get(from).cloned()
            && let Some(package) = reading.manifest.packages.iter_mut().find(|package| package.name == name)
        {
            package.requires = needed.into_iter().map(|name| (name, Wanted::Any)).collect();
        }
    }
    if foreign > 0 {
        reading.manifest.not_covered.push(("components that are not Python packages", foreign));
    }
}

fn components<'a>(
    nodes: &'a [Node<'_>],
    reading: &mut Reading,
    foreign: &mut usize,
    by_reference: &mut BTreeMap<&'a str, PackageName>,
    depth: usize,
) {
    for node in nodes {
        match node.get("purl").and_then(|purl| Some((purl, pypi_address(purl.text()?)?))) {
            Some((purl, (name, version))) => {
                let place = reading.span(purl.start, purl.end);
                let wanted = if version.is_empty() { Wanted::Any } else { Wanted::version(&version) };
                let mut package = Package::new(&name, wanted, version, place);
                if node.text_at("scope") == Some("excluded") {
                    package.group = Group::Development("excluded".to_owned());
                }
                package.hashed = !node.items_at("hashes").is_empty();
                if let Some(reference) = node.text_at("bom-ref") {
                    by_reference.insert(reference, package.name.clone());
                }
                reading.add(package);
            }
            None => *foreign += 1,
        }
        if depth < 20 {
            components(node.items_at("components"), reading, foreign, by_reference, depth + 1);
        }
    }
}

/// Name and version of `pkg:pypi/django@4.2.1?…#…`.
pub(crate) fn pypi_address(purl: &str) -> Option<(String, String)> {
    let rest = purl.strip_prefix("pkg:pypi/").or_else(|| purl.strip_prefix("pkg:PyPI/"))?;
    let rest = rest.split(['?', '#']).next()?;
    let (name, version) = rest.split_once('@').unwrap_or((rest, ""));
    let version = version.replace("%2B", "+").replace("%2b", "+").replace("%21", "!");
    PackageName::is_valid(name).then(|| (name.to_owned(), version))
}
