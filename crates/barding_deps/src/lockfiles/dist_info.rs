//! What is installed: the `METADATA` of `*.dist-info` folders and the `PKG-INFO` of `*.egg-info`.

use super::Format;
use crate::manifest::{Reading, Role};
use crate::requirement;
use crate::{Package, Wanted};
use barding_source::SourceFile;
use camino::Utf8Path;

pub(crate) static FORMAT: Format = Format { name: "installed package", role: Role::Installed, owns, read };
pub(crate) static EGG: Format = Format { name: "installed egg", role: Role::Installed, owns: owns_egg, read };

fn owns(path: &Utf8Path) -> bool {
    path.file_name() == Some("METADATA") && parent_ends_with(path, ".dist-info")
}

fn owns_egg(path: &Utf8Path) -> bool {
    // A project's own `*.egg-info` lies beside its setup.py and describes the project, not something installed.
    let installed = path.components().any(|part| matches!(part.as_str(), "site-packages" | "dist-packages"));
    installed && (path.file_name() == Some("PKG-INFO") || path.extension() == Some("egg-info"))
}

fn parent_ends_with(path: &Utf8Path, end: &str) -> bool {
    path.parent().and_then(Utf8Path::file_name).is_some_and(|name| name.ends_with(end))
}

fn read(file: &SourceFile, reading: &mut Reading) {
    let mut name = None;
    let mut version = None;
    let mut requires = Vec::new();
    let mut at = 0_u32;
    // The headers end at the first empty line; the description follows.
    for line in file.text.split_inclusive('\n') {
        let start = at;
        at += line.len() as u32;
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        let Some((key, value)) = line.split_once(':') else { continue };
        let value = value.trim();
        match key {
            "Name" => name = Some((value, start, start + line.len() as u32)),
            "Version" => version = Some(value),
            "Requires-Dist" => {
                let needed = requirement::read(value, reading.manifest.file, start);
                requires.extend(
                    needed
                        .filter(|needed| {
                            !needed.marker.as_deref().is_some_and(|marker| marker.contains("extra"))
                        })
                        .map(|needed| (needed.name, needed.wanted)),
                );
            }
            _ => {}
        }
    }
    let (Some((name, start, end)), Some(version)) = (name, version) else {
        reading.problem(0, 0, "the metadata of this installed package names no name or no version");
        return;
    };
    let place = reading.span(start, end);
    let mut package = Package::new(name, Wanted::version(version), version, place);
    package.requires = requires;
    reading.add(package);
}
