//! Requirements files in pip's grammar: comments, continued lines, environment variables, options, hashes, addresses,
//! and `# via` comments as pip-compile and uv write them.

use super::Format;
use crate::manifest::{Include, IndexKind, Reading, Role};
use crate::requirement;
use crate::{Group, Origin, Package, PackageName, Wanted};
use barding_source::{FileKind, SourceFile};
use camino::Utf8Path;

pub(crate) static FORMAT: Format =
    Format { name: "requirements file", role: Role::Requirements, owns: is_requirements, read };

pub(crate) static CONSTRAINTS: Format =
    Format { name: "constraints file", role: Role::Constraints, owns: is_constraints, read };

fn is_requirements(path: &Utf8Path) -> bool {
    FileKind::of(path) == FileKind::Lockfile && has_text_ending(path)
        || super::is_named(path, &["freeze.txt", "pip-freeze.txt", "requires.txt"])
}

fn is_constraints(path: &Utf8Path) -> bool {
    is_requirements(path)
        && path.file_name().is_some_and(|name| name.to_ascii_lowercase().contains("constraint"))
}

fn has_text_ending(path: &Utf8Path) -> bool {
    matches!(path.extension().map(str::to_ascii_lowercase).as_deref(), Some("txt" | "in" | "pip"))
}

/// A line as pip sees it, with backslash continuations joined. The joined text keeps every byte (a continuation becomes
/// spaces), so that offsets still hold.
struct Logical {
    text: String,
    start: u32,
}

/// No index has more names that anyone installs together; behind this a file is made to fill memory.
const MOST_PACKAGES: usize = 200_000;

fn read(file: &SourceFile, reading: &mut Reading) {
    let group = group_of(&file.path);
    let mut at = file.text.len() - file.text.trim_start_matches('\u{feff}').len();
    let mut collecting_via = false;
    while at < file.text.len() {
        if reading.manifest.packages.len() >= MOST_PACKAGES {
            let message =
                format!("names more than {MOST_PACKAGES} packages; the lines from here on were not read");
            reading.problem(at as u32, at as u32, message);
            break;
        }
        let line = logical_line(&file.text, &mut at);
        let trimmed = line.text.trim();
        if let Some(comment) = trimmed.strip_prefix('#') {
            collecting_via = via(comment, collecting_via, reading);
            continue;
        }
        if trimmed.is_empty() {
            continue;
        }
        collecting_via = false;
        let (body, comment) = split_comment(&line.text);
        if body.trim_start().starts_with('-') {
            option_line(body, &line, &group, reading);
        } else {
            requirement_line(body, &line, &group, reading);
        }
        if let Some(comment) = comment {
            collecting_via = via(comment, false, reading);
        }
    }
}

fn logical_line(text: &str, at: &mut usize) -> Logical {
    let start = *at;
    let mut out = String::new();
    loop {
        let rest = &text[*at..];
        let end = rest.find('\n').unwrap_or(rest.len());
        let line = &rest[..end];
        *at += (end + 1).min(rest.len());
        let bare = line.strip_suffix('\r').unwrap_or(line);
        // As in pip, a comment line is never continued, and ends a continuation.
        let is_comment = bare.trim_start().starts_with('#');
        match bare.strip_suffix('\\') {
            Some(head) if !is_comment && *at < text.len() => {
                out.push_str(head);
                let blanks = 1 + (line.len() - bare.len()) + 1;
                out.extend(std::iter::repeat_n(' ', blanks));
            }
            _ => {
                out.push_str(bare);
                return Logical { text: out, start: start as u32 };
            }
        }
    }
}

/// A comment starts at a `#` at the beginning or after white space.
fn split_comment(text: &str) -> (&str, Option<&str>) {
    let mut before = None;
    for (at, letter) in text.char_indices() {
        if letter == '#' && before.is_none_or(char::is_whitespace) {
            return (&text[..at], Some(&text[at + 1..]));
        }
        before = Some(letter);
    }
    (text, None)
}

/// Reads `# via django` and the lines that continue it. Gives whether the next comment may continue it.
fn via(comment: &str, collecting: bool, reading: &mut Reading) -> bool {
    let comment = comment.trim();
    let names = match comment.strip_prefix("via") {
        Some(rest) if rest.is_empty() || rest.starts_with([' ', ':']) => rest.trim_start_matches(':'),
        _ if collecting => comment,
        _ => return false,
    };
    let Some(package) = reading.manifest.packages.last_mut() else { return false };
    for name in names.split(',').map(str::trim).filter(|name| !name.is_empty()) {
        if name.starts_with("-r") || name.starts_with("-c") || name.contains(".in") || name.contains(".toml")
        {
            if !name.starts_with("-c") {
                package.direct = Some(true);
            }
        } else {
            let name = name.split([' ', '(', '[']).next().unwrap_or_default();
            if PackageName::is_valid(name) {
                package.via.push(PackageName::new(name));
                package.direct.get_or_insert(false);
            }
        }
    }
    true
}

fn requirement_line(body: &str, line: &Logical, group: &Group, reading: &mut Reading) {
    let (requirement, options) = split_options(body);
    let expanded_start = line.start;
    let mut package = match requirement::read(requirement, reading.manifest.file, expanded_start) {
        Some(package) => package,
        None => match address_line(requirement.trim(), expanded_start, reading) {
            Some(package) => package,
            None => {
                let start = line.start + (requirement.len() - requirement.trim_start().len()) as u32;
                let end = line.start + requirement.trim_end().len() as u32;
                let shown: String = requirement.trim().chars().take(60).collect();
                let message = if let Some(name) = variable(requirement) {
                    format!(
                        "`{shown}` depends on the environment variable {name}, so what it asks for is not known"
                    )
                } else if shown.starts_with("<<<<<<<") || shown.starts_with(">>>>>>>") {
                    "a merge conflict was left in this file".to_owned()
                } else {
                    format!("`{shown}` is not a requirement that pip understands")
                };
                reading.problem(start, end, message);
                return;
            }
        },
    };
    if let Wanted::Unreadable(text) = &package.wanted {
        let message = match variable(text) {
            Some(name) => {
                let package = &package.name;
                format!(
                    "the version of `{package}` depends on the environment variable {name}, so it is not known"
                )
            }
            None => format!("`{text}` is not a version specifier (PEP 440)"),
        };
        reading.problem(package.place.start, package.place.end, message);
    }
    hashes(body, requirement.len(), options, line, &mut package);
    package.group = group.clone();
    reading.add(package);
}

/// The first environment variable in a line. As in pip, only `${NAME}` in capitals is one.
fn variable(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once("${")?;
    let (name, _) = rest.split_once('}')?;
    let is_name = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    (!name.is_empty() && name.bytes().all(is_name)).then_some(name)
}

/// Splits a requirement from the options that follow it (`--hash=…`, `--config-settings …`).
fn split_options(body: &str) -> (&str, &str) {
    let mut before = ' ';
    for (at, letter) in body.char_indices() {
        if letter == '-' && before.is_whitespace() && (body[at..].starts_with("--")) {
            return body.split_at(at);
        }
        before = letter;
    }
    (body, "")
}

fn hashes(body: &str, options_at: usize, options: &str, line: &Logical, package: &mut Package) {
    let mut at = 0;
    while let Some(found) = options[at..].find("--hash") {
        let begin = at + found;
        let after = &options[begin + 6..];
        let value = after.trim_start_matches(['=', ' ']);
        let lead = after.len() - value.len();
        let end = begin + 6 + lead + value.find(char::is_whitespace).unwrap_or(value.len());
        if value.starts_with("sha256:") || value.starts_with("sha384:") || value.starts_with("sha512:") {
            package.hashed = true;
        }
        // The white space before it (and the continuation it was) goes with the hash.
        let head = &body[..options_at + begin];
        let start = head.trim_end().len();
        package.hash_places.push(barding_source::Span::new(
            package.place.file,
            line.start + start as u32,
            line.start + (options_at + end) as u32,
        ));
        at = end;
    }
}

/// A line that is an address or a path instead of a name.
fn address_line(text: &str, start: u32, reading: &Reading) -> Option<Package> {
    // `~`, `.` and slashes mark a path; anything else is a mistake that deserves to be named.
    let (target, marker) = match text.find(" ;") {
        Some(end) => (text[..end].trim(), Some(text[end + 2..].trim().to_owned())),
        None => (text, None),
    };
    let is_address = target.contains("://") || target.starts_with("file:");
    let is_path = target.starts_with(['.', '/', '~'])
        || [".whl", ".tar.gz", ".zip"].iter().any(|end| target.ends_with(end));
    if !is_address && !is_path || target.contains(char::is_whitespace) {
        return None;
    }
    let (origin, hashed, version) = requirement::origin(target);
    let egg = target.split_once('#').and_then(|(_, fragment)| {
        fragment.split('&').find_map(|part| part.strip_prefix("egg=")).map(str::to_owned)
    });
    let named = requirement::name_and_version_of_archive(target);
    let (name, egg_version) = match egg.as_deref() {
        Some(egg) => match egg.split_once("==") {
            Some((name, version)) => (name.to_owned(), Some(version.to_owned())),
            None => (egg.split('[').next().unwrap_or(egg).to_owned(), None),
        },
        None => match &named {
            Some((name, _)) => (name.clone(), None),
            None => (last_part(target), None),
        },
    };
    let wanted = version.or(egg_version).map_or(Wanted::Any, |version| Wanted::version(&version));
    let place = reading.span(start, start + text.len() as u32);
    let mut package = Package::new(&name, wanted, crate::manifest::without_credentials(target), place);
    package.origin = origin;
    package.hashed = hashed;
    package.marker = marker.filter(|marker| !marker.is_empty());
    Some(package)
}

fn last_part(target: &str) -> String {
    let path = target.split(['#', '?']).next().unwrap_or(target).trim_end_matches('/');
    let name = path.rsplit(['/', ':']).next().unwrap_or(path);
    let name = name.split('@').next().unwrap_or(name);
    name.trim_end_matches(".git").to_owned()
}

fn option_line(body: &str, line: &Logical, group: &Group, reading: &mut Reading) {
    let start = line.start + (body.len() - body.trim_start().len()) as u32;
    let end = line.start + body.trim_end().len() as u32;
    let place = reading.span(start, end);
    let words: Vec<&str> = body.split_whitespace().collect();
    let mut at = 0;
    while at < words.len() {
        let word = words[at];
        at += 1;
        let (name, mut value) = match word.split_once('=') {
            Some((name, value)) if name.starts_with("--") => (name, Some(value)),
            // `-rbase.txt` is as good as `-r base.txt`.
            _ if !word.starts_with("--")
                && word.starts_with('-')
                && word.len() > 2
                && word.is_char_boundary(2) =>
            {
                (&word[..2], Some(&word[2..]))
            }
            _ => (word, None),
        };
        let mut next = || {
            if value.is_none() && at < words.len() {
                value = Some(words[at]);
                at += 1;
            }
            value.unwrap_or_default().trim_matches(['"', '\'']).to_owned()
        };
        match name {
            "-r" | "--requirement" | "-c" | "--constraint" => {
                let constraints = matches!(name, "-c" | "--constraint");
                let path = next();
                if path.is_empty() {
                    reading.problem(start, end, format!("`{name}` names no file"));
                } else {
                    reading.manifest.includes.push(Include { path, constraints, place });
                }
            }
            "-e" | "--editable" => {
                let target = next();
                let named = requirement::read(&target, reading.manifest.file, start)
                    .filter(|_| target.contains('@') && !target.contains("://"));
                if let Some(mut package) = named.or_else(|| editable(&target, start, reading)) {
                    package.place = place;
                    package.version_place = None;
                    package.group = group.clone();
                    reading.add(package);
                }
            }
            "-i" | "--index-url" | "--pypi-url" => {
                let value = next();
                reading.option(IndexKind::Primary, &value, place);
            }
            "--extra-index-url" => {
                let value = next();
                reading.option(IndexKind::Extra, &value, place);
            }
            "-f" | "--find-links" => {
                let value = next();
                reading.option(IndexKind::FindLinks, &value, place);
            }
            "--trusted-host" => {
                let value = next();
                reading.option(IndexKind::TrustedHost, &value, place);
            }
            "--require-hashes" => reading.option(IndexKind::RequireHashes, "", place),
            "--no-index" => reading.option(IndexKind::NoIndex, "", place),
            "--pre" | "--prefer-binary" => {}
            "--no-binary" | "--only-binary" | "--use-feature" | "--config-settings" | "--global-option"
            | "-C" => {
                next();
            }
            "--hash" => {
                next();
            }
            other if other.starts_with('-') => {
                let shown: String = other.chars().take(40).collect();
                reading.problem(
                    start,
                    end,
                    format!("`{shown}` is no option that pip knows in a requirements file"),
                );
            }
            _ => {}
        }
    }
}

/// `-e .`, `-e ./shop`, `-e git+https://…#egg=shop`.
fn editable(target: &str, start: u32, reading: &Reading) -> Option<Package> {
    if target.is_empty() {
        return None;
    }
    let (origin, hashed, _) = requirement::origin(target.split('[').next().unwrap_or(target));
    let egg =
        target.split_once("egg=").map(|(_, egg)| egg.split(['&', '[']).next().unwrap_or(egg).to_owned());
    let name = egg.unwrap_or_else(|| last_part(target));
    let place = reading.span(start, start + target.len() as u32);
    let mut package = Package::new(&name, Wanted::Any, crate::manifest::without_credentials(target), place);
    if let Origin::Path(_) = origin {
        package.direct = Some(true);
    }
    package.origin = origin;
    package.hashed = hashed;
    Some(package)
}

/// Requirements in files called after development are not installed on the live site.
pub(crate) fn group_of(path: &Utf8Path) -> Group {
    let folder = path.parent().and_then(Utf8Path::file_name).unwrap_or_default();
    let stem = path.file_stem().unwrap_or_default();
    for text in [stem, folder] {
        let mut words = text.split(|letter: char| !letter.is_ascii_alphanumeric());
        if let Some(word) = words.find(|word| is_development_word(&word.to_ascii_lowercase())) {
            return Group::Development(word.to_ascii_lowercase());
        }
    }
    Group::Main
}

/// Whether a group, extra or file of this name serves development only.
pub(crate) fn is_development_word(word: &str) -> bool {
    matches!(
        word,
        "dev"
            | "devel"
            | "develop"
            | "development"
            | "test"
            | "tests"
            | "testing"
            | "doc"
            | "docs"
            | "documentation"
            | "lint"
            | "linting"
            | "linters"
            | "ci"
            | "local"
            | "debug"
            | "typing"
            | "types"
            | "mypy"
            | "format"
            | "style"
            | "quality"
            | "qa"
            | "bench"
            | "benchmark"
            | "tox"
            | "nox"
            | "coverage"
            | "pre-commit"
            | "precommit"
            | "release"
            | "build"
            | "e2e"
            | "check"
            | "checks"
            | "tooling"
            | "profiling"
    )
}
