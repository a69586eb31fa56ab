//! SPDX 2.x documents in JSON. Only packages with a `pkg:pypi/` reference are Python's.

use super::Format;
use super::cyclonedx::pypi_address;
use crate::data::{self};
use crate::manifest::{Reading, Role};
use crate::{Package, Wanted};
use barding_source::SourceFile;
use camino::Utf8Path;

pub(crate) static FORMAT: Format = Format { name: "SPDX", role: Role::BillOfMaterials, owns, read };

fn owns(path: &Utf8Path) -> bool {
    path.file_name().is_some_and(|name| {
        let name = name.to_ascii_lowercase();
        name.ends_with(".spdx.json") || name == "spdx.json"
    })
}

pub(crate) fn read(file: &SourceFile, reading: &mut Reading) {
    let (root, troubles) = data::json(&file.text);
    reading.troubles(troubles);
    let mut foreign = 0;
    for node in root.items_at("packages") {
        let address = node.items_at("externalRefs").iter().find_map(|reference| {
            let locator = reference.get("referenceLocator")?;
            Some((locator, pypi_address(locator.text()?)?))
        });
        match address {
            Some((locator, (name, version))) => {
                let version = if version.is_empty() {
                    node.text_at("versionInfo").unwrap_or_default().to_owned()
                } else {
                    version
                };
                let wanted = if version.is_empty() { Wanted::Any } else { Wanted::version(&version) };
                let place = reading.span(locator.start, locator.end);
                let mut package = Package::new(&name, wanted, version, place);
                package.hashed = !node.items_at("checksums").is_empty();
                reading.add(package);
            }
            None => foreign += 1,
        }
    }
    // SPDX 3 keeps everything in one graph.
    for node in root.items_at("@graph") {
        let address = node.get("software_packageUrl").or_else(|| node.get("packageUrl"));
        if let Some(address) = address
            && let Some((name, version)) = address.text().and_then(pypi_address)
        {
            let wanted = if version.is_empty() { Wanted::Any } else { Wanted::version(&version) };
            let place = reading.span(address.start, address.end);
            reading.add(Package::new(&name, wanted, version, place));
        }
    }
    if foreign > 0 {
        reading.manifest.not_covered.push(("components that are not Python packages", foreign));
    }
}
