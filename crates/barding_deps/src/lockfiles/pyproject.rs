//! `pyproject.toml`: PEP 621, dependency groups (PEP 735), Poetry, PDM, Hatch, Flit, uv, and build requirements.

use super::Format;
use super::requirements::is_development_word;
use crate::data::{self, Data, Node};
use crate::manifest::{IndexKind, Reading, Role};
use crate::requirement;
use crate::{Group, Origin, Package, Wanted};
use barding_source::SourceFile;
use camino::Utf8Path;

pub(crate) static FORMAT: Format = Format { name: "pyproject.toml", role: Role::Wishes, owns, read };

fn owns(path: &Utf8Path) -> bool {
    super::is_named(path, &["pyproject.toml"])
}

fn read(file: &SourceFile, reading: &mut Reading) {
    let (root, troubles) = data::toml(&file.text);
    reading.troubles(troubles);
    let text = &*file.text;
    if let Some(project) = root.get("project") {
        list(project.items_at("dependencies"), &Group::Main, text, reading);
        for extra in project.entries_at("optional-dependencies") {
            list(extra.value.items(), &extra_group(&extra.key), text, reading);
        }
    }
    for group in root.entries_at("dependency-groups") {
        list(group.value.items(), &Group::Development(group.key.to_string()), text, reading);
    }
    if let Some(build) = root.get("build-system") {
        list(build.items_at("requires"), &Group::Development("build".to_owned()), text, reading);
    }
    let Some(tool) = root.get("tool") else { return };
    if let Some(poetry) = tool.get("poetry") {
        read_poetry(poetry, text, reading);
    }
    for group in tool.at(&["pdm", "dev-dependencies"]).map_or(&[][..], Node::entries) {
        list(group.value.items(), &Group::Development(group.key.to_string()), text, reading);
    }
    for source in tool.at(&["pdm", "source"]).map_or(&[][..], Node::items) {
        index(
            source,
            if source.text_at("name") == Some("pypi") { IndexKind::Primary } else { IndexKind::Extra },
            reading,
        );
        if source.get("verify_ssl").is_some_and(|verify| matches!(verify.data, Data::Bool(false))) {
            let place = reading.span(source.start, source.end);
            let url = source.text_at("url").unwrap_or_default().to_owned();
            reading.option(IndexKind::TrustedHost, &url, place);
        }
    }
    if let Some(uv) = tool.get("uv") {
        list(uv.items_at("dev-dependencies"), &Group::Development("dev".to_owned()), text, reading);
        read_uv(uv, reading);
    }
    for environment in tool.at(&["hatch", "envs"]).map_or(&[][..], Node::entries) {
        let group = Group::Development(environment.key.to_string());
        list(environment.value.items_at("dependencies"), &group, text, reading);
        list(environment.value.items_at("extra-dependencies"), &group, text, reading);
    }
    if let Some(flit) = tool.at(&["flit", "metadata"]) {
        list(flit.items_at("requires"), &Group::Main, text, reading);
        for extra in flit.entries_at("requires-extra") {
            list(extra.value.items(), &extra_group(&extra.key), text, reading);
        }
    }
}

fn extra_group(name: &str) -> Group {
    if is_development_word(&name.to_ascii_lowercase()) {
        Group::Development(name.to_owned())
    } else {
        Group::Optional(name.to_owned())
    }
}

/// PEP 508 texts. Tables in a dependency group (`{include-group = "test"}`) name no package.
pub(crate) fn list(items: &[Node<'_>], group: &Group, text: &str, reading: &mut Reading) {
    for item in items {
        let Some(value) = item.text() else { continue };
        // Places hold only when the text stands in the file as it is, without escapes.
        let raw = text.get(item.start as usize..item.end as usize).unwrap_or_default();
        let lead = raw.find(value).filter(|_| !value.is_empty());
        match requirement::read(value, reading.manifest.file, item.start + lead.unwrap_or(0) as u32) {
            Some(mut package) => {
                if lead.is_none() {
                    package.version_place = None;
                }
                package.place = reading.span(item.start, item.end);
                package.group = group.clone();
                package.direct = Some(true);
                reading.add(package);
            }
            None => {
                let shown: String = value.chars().take(60).collect();
                reading.problem(item.start, item.end, format!("`{shown}` is not a requirement (PEP 508)"));
            }
        }
    }
}

fn read_poetry(poetry: &Node<'_>, text: &str, reading: &mut Reading) {
    table(poetry.get("dependencies"), &Group::Main, text, reading);
    table(poetry.get("dev-dependencies"), &Group::Development("dev".to_owned()), text, reading);
    for group in poetry.entries_at("group") {
        // A group called "main" or a deployment's name is installed; Poetry installs every group unless told not to.
        let kind = if is_development_word(&group.key.to_ascii_lowercase()) {
            Group::Development(group.key.to_string())
        } else {
            Group::Optional(group.key.to_string())
        };
        table(group.value.get("dependencies"), &kind, text, reading);
    }
    for source in poetry.items_at("source") {
        let kind = match source.text_at("priority") {
            Some("explicit") => IndexKind::Explicit,
            Some("supplemental" | "secondary") => IndexKind::Extra,
            _ if source.get("secondary").is_some_and(Node::is_true) => IndexKind::Extra,
            _ => IndexKind::Primary,
        };
        index(source, kind, reading);
    }
}

fn read_uv(uv: &Node<'_>, reading: &mut Reading) {
    for source in uv.items_at("index") {
        let kind = match (source.get("explicit"), source.get("default")) {
            (Some(explicit), _) if explicit.is_true() => IndexKind::Explicit,
            (_, Some(default)) if default.is_true() => IndexKind::Primary,
            // uv asks indexes in turn and stays with the first that knows the name, so confusion needs its own setting.
            _ => IndexKind::Explicit,
        };
        index(source, kind, reading);
    }
    let unsafe_strategy = uv.text_at("index-strategy").is_some_and(|strategy| strategy.starts_with("unsafe"));
    for extra in uv.items_at("extra-index-url") {
        let place = reading.span(extra.start, extra.end);
        let kind = if unsafe_strategy { IndexKind::Extra } else { IndexKind::Explicit };
        reading.option(kind, extra.text().unwrap_or_default(), place);
    }
    if let Some(url) = uv.get("index-url") {
        let place = reading.span(url.start, url.end);
        reading.option(IndexKind::Primary, url.text().unwrap_or_default(), place);
    }
    for host in uv.items_at("allow-insecure-host") {
        let place = reading.span(host.start, host.end);
        reading.option(IndexKind::TrustedHost, host.text().unwrap_or_default(), place);
    }
}

fn index(source: &Node<'_>, kind: IndexKind, reading: &mut Reading) {
    if let Some(url) = source.get("url") {
        let place = reading.span(url.start, url.end);
        reading.option(kind, url.text().unwrap_or_default(), place);
    }
}

/// A table of Poetry's or Pipenv's kind: `django = "^4.2"`, `shop = {git = "…", rev = "…"}`.
pub(crate) fn table(table: Option<&Node<'_>>, group: &Group, text: &str, reading: &mut Reading) {
    for entry in table.map_or(&[][..], Node::entries) {
        if entry.key == "python" {
            continue;
        }
        // Poetry allows a list of tables, one per marker.
        let choices = match &entry.value.data {
            Data::List(items) => items.as_slice(),
            _ => std::slice::from_ref(&entry.value),
        };
        for value in choices {
            let place = reading.span(entry.start, value.end.max(entry.start));
            let mut package = Package::new(&entry.key, Wanted::Any, "", place);
            package.group = group.clone();
            package.direct = Some(true);
            let version = value.text().map(|_| value).or_else(|| value.get("version"));
            if let Some(node) = version
                && let Some(written) = node.text()
            {
                package.wanted = Wanted::poetry(written);
                package.written = written.to_owned();
                if package.version().is_some() {
                    package.version_place = bare_version_place(node, written, text, reading);
                }
                if let Wanted::Unreadable(_) = package.wanted {
                    reading.problem(node.start, node.end, format!("`{written}` is not a version constraint"));
                }
            }
            describe(value, &mut package);
            if value.get("optional").is_some_and(Node::is_true) && package.group == Group::Main {
                package.group = Group::Optional(entry.key.to_string());
            }
            reading.add(package);
        }
    }
}

fn bare_version_place(
    node: &Node<'_>,
    written: &str,
    text: &str,
    reading: &Reading,
) -> Option<barding_source::Span> {
    let raw = text.get(node.start as usize..node.end as usize)?;
    let version = written.trim().trim_start_matches('=').trim();
    let lead = raw.find(version).filter(|_| !version.is_empty())?;
    let start = node.start + lead as u32;
    Some(reading.span(start, start + version.len() as u32))
}

/// Reads git, url, path, markers and extras of an inline table.
pub(crate) fn describe(value: &Node<'_>, package: &mut Package) {
    for system in ["git", "hg", "svn", "bzr"] {
        if let Some(url) = value.text_at(system) {
            let revision = ["rev", "ref", "tag", "branch", "resolved_reference"]
                .iter()
                .find_map(|key| value.text_at(key))
                .map(str::to_owned);
            let url = crate::manifest::without_credentials(url);
            package.origin = Origin::Repository { system: system.to_owned(), url, revision };
        }
    }
    if let Some(url) =
        value.text_at("url").or_else(|| value.text_at("file").filter(|url| url.contains("://")))
    {
        let (origin, hashed, version) = requirement::origin(url);
        package.origin = origin;
        package.hashed |= hashed;
        if let (Wanted::Any, Some(version)) = (&package.wanted, version) {
            package.wanted = Wanted::version(&version);
        }
    }
    if let Some(path) = value.text_at("path") {
        package.origin = Origin::Path(path.to_owned());
    }
    if let Some(marker) = value.text_at("markers").or_else(|| value.text_at("marker")) {
        package.marker = Some(marker.to_owned());
    }
    package.extras = value.items_at("extras").iter().filter_map(Node::text).map(str::to_owned).collect();
}
