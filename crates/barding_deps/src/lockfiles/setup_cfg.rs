//! `setup.cfg`: the requirements of setuptools' declarative configuration.

use super::Format;
use super::requirements::is_development_word;
use crate::Group;
use crate::manifest::{Reading, Role};
use crate::requirement;
use barding_source::SourceFile;
use camino::Utf8Path;

pub(crate) static FORMAT: Format = Format { name: "setup.cfg", role: Role::Wishes, owns, read };

fn owns(path: &Utf8Path) -> bool {
    super::is_named(path, &["setup.cfg"])
}

fn read(file: &SourceFile, reading: &mut Reading) {
    let mut section = "";
    let mut group: Option<Group> = None;
    let mut at = 0_u32;
    for line in file.text.split_inclusive('\n') {
        let start = at;
        at += line.len() as u32;
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = trimmed.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = name.trim();
            group = None;
            continue;
        }
        if line.starts_with([' ', '\t']) {
            requirements(trimmed, start + offset(line, trimmed), group.as_ref(), reading);
            continue;
        }
        let Some((key, value)) = line.split_once('=') else { continue };
        group = group_of(section, key.trim());
        requirements(value.trim(), start + offset(line, value.trim()), group.as_ref(), reading);
    }
}

fn offset(line: &str, part: &str) -> u32 {
    (part.as_ptr() as usize - line.as_ptr() as usize) as u32
}

fn group_of(section: &str, key: &str) -> Option<Group> {
    let development = |name: &str| Some(Group::Development(name.to_owned()));
    match (section, key) {
        ("options", "install_requires") => Some(Group::Main),
        ("options", "setup_requires") => development("build"),
        ("options", "tests_require") => development("test"),
        ("options.extras_require", extra) if is_development_word(&extra.to_ascii_lowercase()) => {
            development(extra)
        }
        ("options.extras_require", extra) => Some(Group::Optional(extra.to_owned())),
        _ => None,
    }
}

fn requirements(text: &str, start: u32, group: Option<&Group>, reading: &mut Reading) {
    let Some(group) = group else { return };
    // `file: requirements.txt` names another file.
    if let Some(files) = text.strip_prefix("file:") {
        for path in files.split(',').map(str::trim).filter(|path| !path.is_empty()) {
            let place = reading.span(start, start + text.len() as u32);
            let include = crate::manifest::Include { path: path.to_owned(), constraints: false, place };
            reading.manifest.includes.push(include);
        }
        return;
    }
    let text = match text.find(" #") {
        Some(end) => &text[..end],
        None => text,
    };
    if let Some(mut package) = requirement::read(text, reading.manifest.file, start) {
        package.group = group.clone();
        package.direct = Some(true);
        reading.add(package);
    } else if !text.trim().is_empty() {
        let shown: String = text.chars().take(60).collect();
        reading.problem(
            start,
            start + text.len() as u32,
            format!("`{shown}` is not a requirement (PEP 508)"),
        );
    }
}
