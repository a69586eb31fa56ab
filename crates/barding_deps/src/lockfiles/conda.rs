//! Conda's `environment.yml` and `conda-lock.yml`. Only the shapes that conda writes and documents are understood:
//! block lists, one level of nesting, and lists in brackets on one line.

use super::Format;
use crate::manifest::{Reading, Role};
use crate::requirement;
use crate::{Package, PackageName, Wanted};
use barding_source::{SourceFile, Span};
use camino::Utf8Path;

pub(crate) static FORMAT: Format = Format { name: "conda environment", role: Role::Wishes, owns, read };
pub(crate) static LOCK: Format =
    Format { name: "conda-lock", role: Role::Lock, owns: owns_lock, read: read_lock };

fn owns(path: &Utf8Path) -> bool {
    let Some(name) = path.file_name() else { return false };
    (name.ends_with(".yml") || name.ends_with(".yaml")) && name.starts_with("environment")
}

fn owns_lock(path: &Utf8Path) -> bool {
    path.file_name().is_some_and(|name| name.ends_with("conda-lock.yml") || name.ends_with("conda-lock.yaml"))
}

struct Line<'i> {
    indent: usize,
    /// The text without indentation, comment and trailing space.
    text: &'i str,
    start: u32,
}

fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut at = 0;
    text.split_inclusive('\n').filter_map(move |line| {
        let start = at;
        at += line.len();
        let indent = line.len() - line.trim_start_matches(' ').len();
        let mut text = line.trim();
        if text.starts_with('#') {
            return None;
        }
        if let Some(comment) = text.find(" #") {
            text = text[..comment].trim_end();
        }
        (!text.is_empty()).then_some(Line { indent, text, start: (start + indent) as u32 })
    })
}

fn read(file: &SourceFile, reading: &mut Reading) {
    let mut inside = false;
    let mut pip_indent = None;
    for line in lines(&file.text) {
        if line.indent == 0 && !line.text.starts_with('-') {
            inside = line.text.starts_with("dependencies:");
            pip_indent = None;
            if let Some(list) =
                line.text.strip_prefix("dependencies:").map(str::trim).filter(|list| list.starts_with('['))
            {
                for item in list.trim_matches(['[', ']']).split(',') {
                    let offset = item.as_ptr() as usize - line.text.as_ptr() as usize;
                    conda_package(item, line.start + offset as u32, reading);
                }
            }
            continue;
        }
        if !inside {
            continue;
        }
        let Some(item) = line.text.strip_prefix('-') else { continue };
        let lead = line.text.len() - item.trim_start().len();
        let item = item.trim();
        let start = line.start + lead as u32;
        if pip_indent.is_some_and(|indent| line.indent <= indent) {
            pip_indent = None;
        }
        if item == "pip:" {
            pip_indent = Some(line.indent);
        } else if pip_indent.is_some() {
            pip_package(item, start, reading);
        } else {
            conda_package(item, start, reading);
        }
    }
}

fn pip_package(item: &str, start: u32, reading: &mut Reading) {
    let text = item.trim_matches(['"', '\'']);
    let start = start + (text.as_ptr() as usize - item.as_ptr() as usize) as u32;
    if text.starts_with('-') {
        let words: Vec<&str> = text.split_whitespace().collect();
        if let ["-r", path] = words[..] {
            let place = reading.span(start, start + text.len() as u32);
            let include = crate::manifest::Include { path: path.to_owned(), constraints: false, place };
            reading.manifest.includes.push(include);
        }
        return;
    }
    if let Some(mut package) = requirement::read(text, reading.manifest.file, start) {
        package.direct = Some(true);
        reading.add(package);
    }
}

/// `numpy`, `numpy=1.26`, `numpy==1.26.4`, `numpy=1.26.4=py311_0`, `conda-forge::numpy>=1.2,<2`, `numpy 1.26.*`.
fn conda_package(item: &str, start: u32, reading: &mut Reading) {
    let text = item.trim().trim_matches(['"', '\'']);
    let start = start + (text.as_ptr() as usize - item.as_ptr() as usize) as u32;
    let (channel, spec) = text.rsplit_once("::").map_or(("", text), |(channel, spec)| (channel, spec));
    let spec_start = start + (text.len() - spec.len()) as u32;
    let name_end = spec
        .find(|letter: char| !(letter.is_ascii_alphanumeric() || "-_.".contains(letter)))
        .unwrap_or(spec.len());
    let (name, rest) = spec.split_at(name_end);
    // `python` and its kin are no packages of Python's index, and `_` starts conda's own.
    if !PackageName::is_valid(name) || matches!(name, "python" | "pip" | "nodejs") || channel == "defaults/r"
    {
        return;
    }
    let (wanted, written, version_place) = conda_versions(rest.trim());
    let place = Span::new(reading.manifest.file, start, start + text.len() as u32);
    let mut package = Package::new(name, wanted, written, place);
    package.direct = Some(true);
    package.version_place = version_place.and_then(|version| {
        let offset = version.as_ptr() as usize - spec.as_ptr() as usize;
        let start = spec_start + u32::try_from(offset).ok()?;
        Some(Span::new(reading.manifest.file, start, start + version.len() as u32))
    });
    reading.add(package);
}

/// `=1.26` means `1.26.*`; `=1.26.4=build` and `==1.26.4` are exact.
fn conda_versions(rest: &str) -> (Wanted, String, Option<&str>) {
    if let Some(version) = rest.strip_prefix("==") {
        let version = version.split(['=', ' ']).next().unwrap_or(version);
        return (Wanted::version(version), format!("=={version}"), Some(version));
    }
    if let Some(fuzzy) = rest.strip_prefix('=') {
        let mut parts = fuzzy.split(['=', ' ']);
        let version = parts.next().unwrap_or_default();
        if parts.next().is_some() {
            return (Wanted::version(version), format!("=={version}"), Some(version));
        }
        let range =
            format!("=={}.*", version.trim_end_matches(".*").trim_end_matches('*').trim_end_matches('.'));
        return (Wanted::specifiers(&range), format!("={version}"), None);
    }
    if rest.starts_with(|letter: char| letter.is_ascii_digit()) {
        let version = rest.split([' ', '=']).next().unwrap_or(rest);
        let wanted = if version.contains('*') {
            Wanted::specifiers(&format!("=={version}"))
        } else {
            Wanted::version(version)
        };
        return (wanted, version.to_owned(), None);
    }
    (Wanted::specifiers(rest), rest.to_owned(), None)
}

fn read_lock(file: &SourceFile, reading: &mut Reading) {
    // A flat list of entries, each `- name: …` followed by `version: …` and `manager: …`.
    let mut entry: Option<(String, u32, String, String)> = None;
    let finish = |entry: Option<(String, u32, String, String)>, reading: &mut Reading| {
        let Some((name, start, version, manager)) = entry else { return };
        if !PackageName::is_valid(&name) || manager == "conda" && name == "python" {
            return;
        }
        let place = reading.span(start, start + name.len() as u32);
        // conda-lock repeats each package per platform.
        let known = reading.manifest.packages.iter().any(|package| {
            package.name.as_str() == PackageName::new(&name).as_str() && package.written == version
        });
        if !known {
            reading.add(Package::new(&name, Wanted::version(&version), version, place));
        }
    };
    for line in lines(&file.text) {
        let (text, is_item) = match line.text.strip_prefix("- ") {
            Some(text) => (text.trim_start(), true),
            None => (line.text, false),
        };
        let Some((key, value)) = text.split_once(':') else { continue };
        let value = value.trim().trim_matches(['"', '\'']);
        match key {
            "name" if is_item => {
                finish(entry.take(), reading);
                let offset = value.as_ptr() as usize - line.text.as_ptr() as usize;
                entry = Some((value.to_owned(), line.start + offset as u32, String::new(), String::new()));
            }
            "version" => {
                if let Some(entry) = &mut entry {
                    entry.2 = value.to_owned();
                }
            }
            "manager" => {
                if let Some(entry) = &mut entry {
                    entry.3 = value.to_owned();
                }
            }
            _ => {}
        }
    }
    finish(entry, reading);
}
