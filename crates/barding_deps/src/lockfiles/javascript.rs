//! JavaScript's lock files. Their packages are counted and reported as not covered, so that nobody takes silence for
//! safety.

use super::Format;
use crate::data::{self, Node};
use crate::manifest::{Reading, Role};
use barding_source::SourceFile;
use camino::Utf8Path;

pub(crate) static FORMAT: Format = Format { name: "JavaScript", role: Role::Wishes, owns, read };

fn owns(path: &Utf8Path) -> bool {
    super::is_named(
        path,
        &[
            "package.json",
            "package-lock.json",
            "npm-shrinkwrap.json",
            "yarn.lock",
            "pnpm-lock.yaml",
            "bun.lock",
        ],
    )
}

fn read(file: &SourceFile, reading: &mut Reading) {
    let name = file.path.file_name().unwrap_or_default();
    let count = match name {
        "package.json" => {
            let (root, _) = data::json(&file.text);
            ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"]
                .iter()
                .map(|key| root.entries_at(key).len())
                .sum()
        }
        "package-lock.json" | "npm-shrinkwrap.json" => {
            let (root, troubles) = data::json(&file.text);
            reading.troubles(troubles);
            let packages = root.entries_at("packages").iter().filter(|entry| !entry.key.is_empty()).count();
            if packages > 0 { packages } else { nested(&root, 0) }
        }
        "bun.lock" => {
            file.text.lines().filter(|line| line.starts_with("    \"") && line.contains("\": [")).count()
        }
        // An entry of yarn.lock starts at the margin; one of pnpm-lock.yaml is indented by two under `packages:`.
        "yarn.lock" => file
            .text
            .lines()
            .filter(|line| line.ends_with(':') && !line.starts_with([' ', '#', '_']) && line.contains('@'))
            .count(),
        _ => file
            .text
            .lines()
            .skip_while(|line| *line != "packages:")
            .skip(1)
            .take_while(|line| line.is_empty() || line.starts_with(' '))
            .filter(|line| line.starts_with("  ") && !line.starts_with("   ") && line.ends_with(':'))
            .count(),
    };
    if count > 0 {
        reading.manifest.not_covered.push(("JavaScript packages", count));
    }
}

fn nested(node: &Node<'_>, depth: usize) -> usize {
    let entries = node.entries_at("dependencies");
    if depth > 50 {
        return entries.len();
    }
    entries.len() + entries.iter().map(|entry| nested(&entry.value, depth + 1)).sum::<usize>()
}
