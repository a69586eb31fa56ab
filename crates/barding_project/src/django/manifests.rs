//! Finds the version of Django in the project's manifests.
//!
//! Manifests are read line by line: what counts is the one line that names Django, and the place of that line.

use super::{DjangoVersion, Series, VersionSource};
use barding_source::{FileKind, SourceFile, Sources, Span};
use camino::{Utf8Path, Utf8PathBuf};
use pep440_rs::{Version, VersionSpecifiers};
use std::str::FromStr;

/// What one line of one manifest says.
struct Claim {
    /// The folder whose project it speaks for.
    folder: Utf8PathBuf,
    version: DjangoVersion,
}

/// The version of Django for a settings file in the folder `near` (empty for the project as a whole): what the user gave,
/// else what the manifests nearest above that folder say, else what any manifest says.
pub fn version_near(sources: &Sources<'_>, given: Option<&str>, near: &Utf8Path) -> DjangoVersion {
    if let Some(version) = given.and_then(|text| DjangoVersion::named(text, VersionSource::Given)) {
        return version;
    }
    let claims = claims(sources);
    let depth = |folder: &Utf8Path| folder.components().count();
    let above = claims.iter().filter(|claim| near.starts_with(&claim.folder));
    let nearest = above.map(|claim| depth(&claim.folder)).max();
    let highest = claims.iter().map(|claim| depth(&claim.folder)).min();
    let chosen: Vec<&Claim> = match (nearest, highest) {
        (Some(level), _) => claims
            .iter()
            .filter(|claim| near.starts_with(&claim.folder) && depth(&claim.folder) == level)
            .collect(),
        (None, Some(level)) => claims.iter().filter(|claim| depth(&claim.folder) == level).collect(),
        (None, None) => return hint(sources, near),
    };
    agreed(&chosen).unwrap_or_else(|| hint(sources, near))
}

/// Pins beat ranges. Pins that disagree leave a choice; ranges are narrowed by each other as far as they overlap.
fn agreed(claims: &[&Claim]) -> Option<DjangoVersion> {
    let source = claims.iter().map(|claim| claim.version.source()).max()?;
    let mut versions =
        claims.iter().map(|claim| &claim.version).filter(|version| version.source() == source).cloned();
    let first = versions.next()?;
    if source == VersionSource::Pin {
        return Some(versions.fold(first, DjangoVersion::or));
    }
    Some(versions.fold(first, |known, other| {
        let both: Vec<Series> =
            known.possible().iter().copied().filter(|series| other.possible().contains(series)).collect();
        if both.is_empty() {
            return known.or(other);
        }
        let mut narrowed = DjangoVersion::one_of(both, source);
        narrowed.evidence = known.or(other).evidence;
        narrowed
    }))
}

fn claims(sources: &Sources<'_>) -> Vec<Claim> {
    let mut claims = Vec::new();
    let is_setup = |path: &Utf8Path| path.as_str().rsplit('/').next() == Some("setup.py");
    let setup = sources.of_kind(FileKind::Python).filter(|(_, path)| is_setup(path));
    for (id, path) in sources.of_kind(FileKind::Lockfile).chain(setup) {
        let Some(reader) = reader(path) else { continue };
        let Some(file) = sources.file(id) else { continue };
        if memchr::memmem::find(file.text.as_bytes(), b"jango").is_none() {
            continue;
        }
        let folder = folder_spoken_for(path);
        claims.extend(reader(&file).into_iter().map(|version| Claim { folder: folder.clone(), version }));
    }
    claims
}

/// `requirements/base.txt` speaks for the folder above `requirements`.
fn folder_spoken_for(path: &Utf8Path) -> Utf8PathBuf {
    let folder = path.parent().unwrap_or(Utf8Path::new(""));
    match folder.file_name() {
        Some("requirements" | "requirement" | "reqs" | "deps" | "dependencies" | "pip") => {
            folder.parent().unwrap_or(Utf8Path::new("")).to_owned()
        }
        _ => folder.to_owned(),
    }
}

type Reader = fn(&SourceFile) -> Vec<DjangoVersion>;

fn reader(path: &Utf8Path) -> Option<Reader> {
    let name = path.file_name()?.to_ascii_lowercase();
    match name.as_str() {
        "poetry.lock" | "uv.lock" | "pdm.lock" => Some(toml_lock),
        "pipfile.lock" => Some(pipfile_lock),
        "pyproject.toml" | "pipfile" => Some(manifest),
        "setup.py" | "setup.cfg" => Some(quoted_or_bare),
        "environment.yml" | "environment.yaml" => Some(quoted_or_bare),
        name if name.starts_with("pylock.") => Some(toml_lock),
        name if name.ends_with(".txt") || name.ends_with(".in") || name.ends_with(".pip") => {
            Some(requirements)
        }
        _ => None,
    }
}

fn lines(file: &SourceFile) -> impl Iterator<Item = (Span, &str)> {
    (1..=file.line_count()).filter_map(|line| Some((file.line_span(line)?, file.line_text(line)?)))
}

/// Requirements files: `Django==4.2.7 --hash=…`, `django[argon2]>=3.2,<4 ; python_version >= "3.8"`.
fn requirements(file: &SourceFile) -> Vec<DjangoVersion> {
    lines(file).filter_map(|(span, line)| requirement(line, span)).collect()
}

/// One requirement as PEP 508 writes it, if it is for Django.
fn requirement(text: &str, span: Span) -> Option<DjangoVersion> {
    let rest = after_django(text.trim_start())?;
    let rest = match rest.strip_prefix('[') {
        Some(extras) => extras.split_once(']')?.1,
        None => rest,
    };
    let end = rest.find([';', '#', '\\', '"', '\'']).unwrap_or(rest.len());
    let end = rest[..end].find(" --").unwrap_or(end);
    let specifier = rest[..end].trim().trim_start_matches('(').trim_end_matches([')', ',']).trim();
    ranged(specifier, span)
}

/// What follows the word Django when the text begins with it as a whole name.
fn after_django(text: &str) -> Option<&str> {
    let name = text.get(..6).filter(|name| name.eq_ignore_ascii_case("django"))?;
    let rest = &text[name.len()..];
    let continues = rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
    (!continues).then(|| rest.trim_start())
}

/// The version that a PEP 440 specifier allows. An empty one allows everything and so says nothing.
fn ranged(specifier: &str, span: Span) -> Option<DjangoVersion> {
    let compact: String = specifier.chars().filter(|c| !c.is_whitespace()).collect();
    if let Some(exact) = compact.strip_prefix("===").or_else(|| compact.strip_prefix("=="))
        && !exact.contains([',', '*'])
    {
        return Some(pinned(exact, span));
    }
    if compact.is_empty() {
        return None;
    }
    let specifiers = VersionSpecifiers::from_str(&compact).ok()?;
    let allows = |series: &Series| {
        let (major, minor) = series.numbers();
        let patch = |patch: u32| Version::new([u64::from(major), u64::from(minor), u64::from(patch)]);
        (0..=series.latest_patch()).any(|number| specifiers.contains(&patch(number)))
    };
    let possible: Vec<Series> = Series::ALL.into_iter().filter(allows).collect();
    (!possible.is_empty()).then(|| {
        DjangoVersion::one_of(possible, VersionSource::Range)
            .with_evidence(span, format!("asks for Django {specifier}"))
    })
}

fn pinned(version: &str, span: Span) -> DjangoVersion {
    DjangoVersion::named(version, VersionSource::Pin)
        .unwrap_or_default()
        .with_evidence(span, format!("pins Django {version}"))
}

/// `[[package]]` tables with a `name` and a `version`, as poetry, uv, pdm and PEP 751 write them.
fn toml_lock(file: &SourceFile) -> Vec<DjangoVersion> {
    let mut found = Vec::new();
    let mut in_django = false;
    for (span, line) in lines(file) {
        let line = line.trim();
        if line.starts_with('[') {
            in_django = false;
        }
        let Some((key, value)) = line.split_once('=') else { continue };
        let value = value.trim().trim_matches('"');
        match key.trim() {
            "name" => in_django = value.eq_ignore_ascii_case("django"),
            "version" if in_django => {
                found.push(pinned(value, span));
                in_django = false;
            }
            _ => {}
        }
    }
    found
}

/// `"django": {…, "version": "==4.2.7"}` of Pipfile.lock.
fn pipfile_lock(file: &SourceFile) -> Vec<DjangoVersion> {
    let mut found = Vec::new();
    let mut in_django = false;
    for (span, line) in lines(file) {
        let line = line.trim();
        if line.ends_with('{') {
            in_django = line.trim_start_matches('"').to_ascii_lowercase().starts_with("django\"");
        } else if in_django && let Some(value) = line.strip_prefix("\"version\":") {
            let value = value.trim().trim_end_matches(',').trim_matches('"');
            found.extend(ranged(value, span));
            in_django = false;
        }
    }
    found
}

/// pyproject.toml and Pipfile: requirements in quotes, and `django = "^4.2"` in a table of dependencies.
fn manifest(file: &SourceFile) -> Vec<DjangoVersion> {
    let mut found = Vec::new();
    let mut table = "";
    for (span, line) in lines(file) {
        let line = line.trim();
        if let Some(header) = line.strip_prefix('[').filter(|_| line.ends_with(']') && !line.contains('"')) {
            table = header.trim_matches(['[', ']']);
            continue;
        }
        let of_dependencies = table.ends_with("dependencies") || table.ends_with("packages");
        if of_dependencies && let Some(rest) = after_django(line).and_then(|rest| rest.strip_prefix('=')) {
            found.extend(poetry_range(rest.trim(), span));
        } else {
            found.extend(quoted_requirements(line, span));
        }
    }
    found
}

/// `"^4.2"`, `{ version = "~4.2", extras = ["argon2"] }` or a table's `version`.
fn poetry_range(value: &str, span: Span) -> Option<DjangoVersion> {
    let value = match value.split_once("version") {
        Some((before, rest)) if before.trim_start().starts_with('{') => {
            rest.trim_start().strip_prefix('=')?.trim()
        }
        _ => value,
    };
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let range = value[1..].split(quote).next()?.trim();
    if let Some(caret) = range.strip_prefix('^') {
        return ranged(&format!(">={caret},<{}", above_caret(caret)?), span);
    }
    if let Some(tilde) = range.strip_prefix('~').filter(|rest| !rest.starts_with('=')) {
        let parts: Vec<&str> = tilde.split('.').collect();
        let stem = if parts.len() > 1 { parts[..2].join(".") } else { tilde.to_owned() };
        return ranged(&format!("=={stem}.*,>={tilde}"), span);
    }
    match range {
        "*" => None,
        range if range.starts_with(|c: char| c.is_ascii_digit()) => ranged(&format!("=={range}"), span),
        range => ranged(range, span),
    }
}

/// The version below which `^version` stays: the next one of its first number that is not zero.
fn above_caret(version: &str) -> Option<String> {
    let major: u32 = version.split('.').next()?.trim().parse().ok()?;
    Some((major + 1).to_string())
}

/// Requirements in quotes anywhere in a line: `dependencies = ["Django>=4.2"]`, `install_requires=['django']`.
fn quoted_requirements(line: &str, span: Span) -> Vec<DjangoVersion> {
    let mut found = Vec::new();
    for quote in ['"', '\''] {
        for text in line.split(quote).skip(1).step_by(2) {
            found.extend(requirement(text, span));
        }
    }
    found
}

/// setup.py, setup.cfg and environment.yml: a requirement in quotes, or one that begins a line or a list item.
fn quoted_or_bare(file: &SourceFile) -> Vec<DjangoVersion> {
    let mut found = Vec::new();
    for (span, line) in lines(file) {
        let quoted = quoted_requirements(line, span);
        if !quoted.is_empty() {
            found.extend(quoted);
            continue;
        }
        let bare = line.trim_start().trim_start_matches("- ").trim_start();
        let conda = after_django(bare).and_then(|rest| rest.strip_prefix('=')).filter(|rest| {
            rest.starts_with(|c: char| c.is_ascii_digit())
                && file.path.extension().is_some_and(|extension| extension.starts_with('y'))
        });
        match conda {
            Some(version) if version.trim().split('.').count() > 2 => {
                found.push(pinned(version.trim(), span))
            }
            Some(version) => found.extend(ranged(&format!("=={}.*", version.trim()), span)),
            None => found.extend(requirement(bare, span)),
        }
    }
    found
}

/// The comment of `startproject` in a settings file under `near`: "Generated by 'django-admin startproject' using Django 4.2.7."
fn hint(sources: &Sources<'_>, near: &Utf8Path) -> DjangoVersion {
    const WORDS: &str = "startproject' using Django ";
    let settings = sources.of_kind(FileKind::Python).filter(|(_, path)| {
        path.as_str().contains("settings") && path.starts_with(near)
            || path.as_str().ends_with("base.py") && path.ends_with("conf/base.py")
    });
    for (id, _) in settings {
        let Some(file) = sources.file(id) else { continue };
        let head = file.text.get(..file.text.len().min(2000)).unwrap_or(&file.text);
        let Some(at) = head.find(WORDS) else { continue };
        let rest = &head[at + WORDS.len()..];
        let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(rest.len());
        let name = rest[..end].trim_end_matches('.');
        let Some(named) = DjangoVersion::named(name, VersionSource::Hint) else { continue };
        let begun = named.possible()[0];
        let since = Series::ALL.into_iter().filter(|series| *series >= begun).collect();
        let span = file.line_span(file.line(at as u32)).unwrap_or(Span::start_of(id));
        return DjangoVersion::one_of(since, VersionSource::Hint)
            .with_evidence(span, format!("the project was begun on Django {name}"));
    }
    DjangoVersion::default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use barding_source::{MemoryTree, ReadLimits};

    fn version(files: &[(&str, &str)], near: &str) -> DjangoVersion {
        let mut tree = MemoryTree::new();
        for (path, text) in files {
            tree.add(*path, text.as_bytes().to_vec());
        }
        let sources = Sources::new(&tree, ReadLimits::default(), crate::python::decode);
        version_near(&sources, None, Utf8Path::new(near))
    }

    fn words(path: &str, text: &str) -> String {
        version(&[(path, text)], "").words()
    }

    #[test]
    fn every_manifest_names_its_version() {
        let cases = [
            ("requirements.txt", "django==4.2.7\n", "Django 4.2.7"),
            (
                "requirements/base.txt",
                "# web\nDjango[argon2] == 3.2.18 ; python_version > '3' # old\n",
                "Django 3.2.18",
            ),
            ("requirements.txt", "django==4.2.7 \\\n    --hash=sha256:0\n", "Django 4.2.7"),
            ("requirements.txt", "Django>=3.2,<4.1\n", "Django 3.2 to 4.0"),
            ("requirements.txt", "Django~=4.2.1\n", "Django 4.2"),
            ("requirements.txt", "Django==4.2.*\n", "Django 4.2"),
            (
                "requirements.txt",
                "django-environ==0.4\ndjangorestframework==3.1\n",
                "an unknown version of Django",
            ),
            ("requirements.txt", "django\n", "an unknown version of Django"),
            (
                "pyproject.toml",
                "[project]\ndependencies = [\"Django>=5.1\", \"x\"]\n",
                "Django 5.1 and newer",
            ),
            (
                "pyproject.toml",
                "[tool.poetry.dependencies]\npython = \"^3.8\"\nDjango = \"^4.1\"\n",
                "Django 4.1 to 4.2",
            ),
            (
                "pyproject.toml",
                "[tool.poetry.dependencies]\ndjango = {version = \"~4.2\", extras = [\"bcrypt\"]}\n",
                "Django 4.2",
            ),
            ("pyproject.toml", "[tool.isort]\nknown_django = \"django\"\n", "an unknown version of Django"),
            ("poetry.lock", "[[package]]\nname = \"django\"\nversion = \"5.0.2\"\n", "Django 5.0.2"),
            (
                "uv.lock",
                "[[package]]\nname = \"asgiref\"\nversion = \"3\"\n\n[[package]]\nname = \"django\"\nversion = \"6.1\"\n",
                "Django 6.1",
            ),
            ("Pipfile", "[packages]\ndjango = \"*\"\n", "an unknown version of Django"),
            ("Pipfile", "[packages]\ndjango = \"==2.2.28\"\n", "Django 2.2.28"),
            (
                "Pipfile.lock",
                "{\n \"default\": {\n  \"django\": {\n   \"hashes\": [],\n   \"version\": \"==3.1.4\"\n  }\n }\n}\n",
                "Django 3.1.4",
            ),
            ("setup.py", "setup(install_requires=['Django>=2.2,<3', 'six'])\n", "Django 2.2"),
            ("setup.cfg", "[options]\ninstall_requires =\n    Django >= 4.2, < 5.0\n", "Django 4.2"),
            ("environment.yml", "dependencies:\n  - django=4.2\n  - pip:\n    - x\n", "Django 4.2"),
        ];
        for (path, text, wanted) in cases {
            assert_eq!(words(path, text), wanted, "{path}: {text}");
        }
    }

    #[test]
    fn a_lock_file_beats_a_range_and_the_nearest_manifest_wins() {
        let both = [
            ("pyproject.toml", "[project]\ndependencies = [\"Django>=4.2\"]\n"),
            ("uv.lock", "[[package]]\nname = \"django\"\nversion = \"5.2.1\"\n"),
        ];
        assert_eq!(version(&both, "shop").words(), "Django 5.2.1");
        let mono =
            [("a/requirements.txt", "django==3.2.1\n"), ("b/requirements/prod.txt", "django==4.2.1\n")];
        assert_eq!(version(&mono, "a/shop").words(), "Django 3.2.1");
        assert_eq!(version(&mono, "b/shop/settings").words(), "Django 4.2.1");
        assert_eq!(version(&mono, "").words(), "Django 3.2, 4.2");
    }

    #[test]
    fn the_comment_of_startproject_is_a_lower_bound() {
        let comment = "\"\"\"\nGenerated by 'django-admin startproject' using Django 4.2.7.\n\"\"\"\n";
        let version = version(&[("shop/settings.py", comment)], "shop");
        assert_eq!(version.words(), "Django 4.2 and newer");
        assert_eq!(version.source(), VersionSource::Hint);
    }
}
