//! `uv.lock`.

use super::Format;
use super::poetry_lock::entry_place;
use crate::data::{self, Node};
use crate::manifest::{Reading, Role, without_credentials};
use crate::{Group, Origin, Package, PackageName, Wanted};
use barding_source::SourceFile;
use camino::Utf8Path;
use std::collections::{BTreeMap, BTreeSet};

pub(crate) static FORMAT: Format = Format { name: "uv.lock", role: Role::Lock, owns, read };

fn owns(path: &Utf8Path) -> bool {
    super::is_named(path, &["uv.lock"])
}

fn read(file: &SourceFile, reading: &mut Reading) {
    let text = with_few_wheels(&file.text);
    let (root, troubles) = data::toml(&text);
    reading.troubles(troubles);
    let nodes = root.items_at("package");
    // The project's own packages tell which of the others are wanted when.
    let mut main = BTreeSet::new();
    let mut optional = BTreeMap::new();
    let mut development = BTreeMap::new();
    let mut requires: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut any_own = false;
    for node in nodes {
        let Some(name) = node.text_at("name") else { continue };
        requires.entry(name).or_default().extend(names(node.items_at("dependencies")));
        if is_own(node) {
            any_own = true;
            main.extend(names(node.items_at("dependencies")));
            for extra in node.entries_at("optional-dependencies") {
                optional.extend(names(extra.value.items()).map(|name| (name, extra.key.to_string())));
            }
            for group in node.entries_at("dev-dependencies") {
                development.extend(names(group.value.items()).map(|name| (name, group.key.to_string())));
            }
        } else {
            for extra in node.entries_at("optional-dependencies") {
                requires.entry(name).or_default().extend(names(extra.value.items()));
            }
        }
    }
    let in_main = reached(main.iter().copied(), &requires);
    let in_optional = reached(optional.keys().copied(), &requires);
    for node in nodes {
        let Some(name) = node.text_at("name") else { continue };
        if is_own(node) {
            continue;
        }
        let written = node.text_at("version").unwrap_or_default();
        let wanted = if written.is_empty() { Wanted::Any } else { Wanted::version(written) };
        let mut package = Package::new(name, wanted, written, entry_place(node, reading));
        if any_own {
            package.direct =
                Some(main.contains(name) || optional.contains_key(name) || development.contains_key(name));
            package.group = if in_main.contains(name) {
                Group::Main
            } else if in_optional.contains(name) {
                Group::Optional(optional.get(name).cloned().unwrap_or_default())
            } else {
                Group::Development(development.get(name).cloned().unwrap_or_else(|| "dev".to_owned()))
            };
        }
        package.hashed = node.at(&["sdist", "hash"]).is_some()
            || node.items_at("wheels").iter().any(|wheel| wheel.get("hash").is_some());
        if let Some(source) = node.get("source") {
            package.origin = origin(source);
        }
        let needed = requires.get(name).map_or(&[][..], Vec::as_slice);
        package.requires = needed.iter().map(|name| (PackageName::new(name), Wanted::Any)).collect();
        reading.add(package);
    }
}

/// The text with spaces for every wheel behind the first one with a hash. Wheels are most of the file, and all they tell
/// here is whether the package is hashed. Only the form that uv writes is touched: one wheel a line.
fn with_few_wheels(text: &str) -> String {
    let mut short = String::with_capacity(text.len());
    let mut is_wheel_list = false;
    let mut is_hashed = false;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end();
        let is_wheel = is_wheel_list && content.starts_with("    { url = \"") && content.ends_with(" },");
        if is_wheel && is_hashed {
            short.extend(std::iter::repeat_n(' ', content.len()));
            short.push_str(&line[content.len()..]);
        } else {
            short.push_str(line);
        }
        is_hashed = is_wheel && (is_hashed || content.contains("\", hash = \""));
        is_wheel_list = is_wheel || content == "wheels = [";
    }
    short
}

fn is_own(node: &Node<'_>) -> bool {
    node.get("source")
        .is_some_and(|source| source.get("virtual").is_some() || source.get("editable").is_some())
}

fn names<'a>(items: &'a [Node<'_>]) -> impl Iterator<Item = &'a str> {
    items.iter().filter_map(|item| item.text_at("name").or_else(|| item.text()))
}

fn reached<'a>(
    from: impl Iterator<Item = &'a str>,
    requires: &BTreeMap<&str, Vec<&'a str>>,
) -> BTreeSet<&'a str> {
    let mut seen = BTreeSet::new();
    let mut waiting: Vec<&str> = from.collect();
    while let Some(name) = waiting.pop() {
        if seen.insert(name) {
            waiting.extend(requires.get(name).into_iter().flatten().copied());
        }
    }
    seen
}

fn origin(source: &Node<'_>) -> Origin {
    if let Some(url) = source.text_at("git") {
        // uv writes the commit after `#`.
        let (base, commit) = url.split_once('#').unwrap_or((url, ""));
        let base = base.split('?').next().unwrap_or(base);
        let revision = (!commit.is_empty()).then(|| commit.to_owned());
        return Origin::Repository { system: "git".to_owned(), url: without_credentials(base), revision };
    }
    if let Some(url) = source.text_at("url") {
        return Origin::Url(without_credentials(url));
    }
    match source.text_at("path").or_else(|| source.text_at("directory")) {
        Some(path) => Origin::Path(path.to_owned()),
        None => Origin::Index,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_hashed_wheel_of_a_list_stays() {
        let text = "wheels = [\n    { url = \"é\", size = 1 },\n    { url = \"b\", hash = \"sha256:1\" },\n    { url = \"c\", \
                    hash = \"sha256:2\" },\r\n    { url = \"d\", size = 1 },\n]\nname = \"x\"\n    { url = \"e\", hash = \"f\" },\n";
        let short = with_few_wheels(text);
        assert_eq!(short.len(), text.len());
        let kept: Vec<&str> = short.split_whitespace().filter(|word| word.ends_with("\",")).collect();
        assert_eq!(kept, ["\"é\",", "\"b\",", "\"e\","]);
        assert_eq!(short.matches('\n').count(), text.matches('\n').count());
    }
}
