//! Who names a settings module: `DJANGO_SETTINGS_MODULE`, `DJANGO_CONFIGURATION`, `--settings`.

use barding_source::{FileKind, Sources, Span};
use camino::{Utf8Path, Utf8PathBuf};
use rayon::prelude::*;

/// What sort of file names a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MentionKind {
    /// `wsgi.py` or `asgi.py`.
    Server,
    /// A container, a process list or a service unit.
    Deployment,
    /// `manage.py`.
    Manage,
    /// Celery's module or another Python file.
    Python,
    /// A `.env` file.
    Env,
    /// A shell script, a Makefile.
    Shell,
    /// pytest, tox, nox or a CI service.
    Test,
    /// Documentation or something else.
    Other,
}

/// One place that names a settings module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// The dotted name, as written.
    pub module: String,
    /// The class that `DJANGO_CONFIGURATION` names in the same file.
    pub class: Option<String>,
    /// The file.
    pub path: Utf8PathBuf,
    /// The line, from 1.
    pub line: u32,
    /// Where exactly.
    pub place: Span,
    /// What sort of file it is.
    pub kind: MentionKind,
}

const VARIABLE: &str = "DJANGO_SETTINGS_MODULE";
const CONFIGURATION: &str = "DJANGO_CONFIGURATION";

/// Every mention, in the order of files.
pub(super) fn mentions(sources: &Sources<'_>) -> Vec<Mention> {
    let paths: Vec<&Utf8PathBuf> = sources.paths().iter().filter(|path| is_read(path)).collect();
    let mut all: Vec<Mention> = paths.par_iter().flat_map_iter(|path| in_file(sources, path)).collect();
    all.sort_by(|a, b| a.path.cmp(&b.path).then(a.place.cmp(&b.place)));
    all
}

/// Files whose sort may name a module; data files and templates are left out unless their names say more.
fn is_read(path: &Utf8Path) -> bool {
    match FileKind::of(path) {
        FileKind::Python | FileKind::Container | FileKind::Env | FileKind::Shell | FileKind::WebServer => {
            true
        }
        FileKind::Lockfile => {
            matches!(path.file_name(), Some("pyproject.toml" | "setup.cfg" | "package.json"))
        }
        FileKind::Data => {
            let name = path.file_name().unwrap_or_default();
            !name.ends_with(".json")
                || matches!(name, "app.json" | "launch.json" | "vercel.json" | "zappa_settings.json")
        }
        FileKind::Template => path.extension() == Some("j2"),
        FileKind::Other => {
            matches!(
                path.file_name(),
                Some("Makefile" | "makefile" | "justfile" | "Justfile" | "Vagrantfile" | "Jenkinsfile")
            ) || matches!(path.extension(), Some("mk" | "service" | "conf" | "hcl" | "tf"))
        }
    }
}

fn in_file(sources: &Sources<'_>, path: &Utf8Path) -> Vec<Mention> {
    let Some(file) = sources.file_at(path) else { return Vec::new() };
    let text = &*file.text;
    let mut found = Vec::new();
    if text.len() > 2_000_000 {
        return found;
    }
    let finder = memchr::memmem::Finder::new(VARIABLE);
    let mut names: Vec<(usize, String)> = Vec::new();
    for at in finder.find_iter(text.as_bytes()) {
        let after = at + VARIABLE.len();
        if !is_comment(text, at)
            && let Some((offset, name)) = value_after(text, after)
        {
            names.push((offset, name));
        }
    }
    if FileKind::of(path) != FileKind::Python {
        for at in memchr::memmem::find_iter(text.as_bytes(), "--settings") {
            let after = at + "--settings".len();
            if matches!(text.as_bytes().get(after), Some(b'=' | b' '))
                && let Some((offset, name)) = value_after(text, after)
                && name.contains('.')
            {
                names.push((offset, name));
            }
        }
        for at in memchr::memmem::find_iter(text.as_bytes(), "--ds=") {
            if let Some((offset, name)) = value_after(text, at + 4) {
                names.push((offset, name));
            }
        }
    }
    if names.is_empty() {
        return found;
    }
    let class = memchr::memmem::find_iter(text.as_bytes(), CONFIGURATION)
        .find_map(|at| value_after(text, at + CONFIGURATION.len()))
        .map(|(_, name)| name)
        .filter(|name| !name.contains('.'));
    let kind = kind_of(path);
    for (offset, module) in names {
        let place = Span::new(file.id, offset as u32, (offset + module.len()) as u32);
        let mention = Mention {
            module,
            class: class.clone(),
            path: path.to_owned(),
            line: file.line(offset as u32),
            place,
            kind,
        };
        if !found.contains(&mention) {
            found.push(mention);
        }
    }
    found
}

/// Whether the line around `at` is a comment in the way of Python, shells, YAML and INI files.
fn is_comment(text: &str, at: usize) -> bool {
    let start = memchr::memrchr(b'\n', &text.as_bytes()[..at]).map_or(0, |before| before + 1);
    text[start..at].trim_start().starts_with('#')
}

/// The dotted name that follows a variable's name: after `=`, `:`, a comma, quotes, brackets, or YAML's `value:`.
fn value_after(text: &str, from: usize) -> Option<(usize, String)> {
    let bytes = text.as_bytes();
    let mut at = from;
    let mut newlines = 0;
    while at < bytes.len() && at < from + 80 {
        match bytes[at] {
            b' ' | b'\t' | b'=' | b':' | b',' | b'"' | b'\'' | b']' | b')' | b'-' | b'?' | b'\\' | b'(' => {
                at += 1
            }
            b'\n' | b'\r' => {
                newlines += 1;
                if newlines > 4 {
                    return None;
                }
                at += 1;
            }
            b'v' if text[at..].starts_with("value:") || text[at..].starts_with("value =") => at += 6,
            b'$' if text[at..].starts_with("${") => {
                // `${DJANGO_SETTINGS_MODULE:-shop.settings}`: the default is what counts.
                let default = text[at..].find(":-")?;
                at += default + 2;
            }
            _ => break,
        }
    }
    let rest = &text[at.min(text.len())..];
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.')).unwrap_or(rest.len());
    let name = rest[..end].trim_end_matches('.');
    let sound = !name.is_empty()
        && name
            .split('.')
            .all(|part| part.chars().next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_'));
    // `os.environ[...] = something` names a variable, not a module; so does an environment's own name.
    let quoted = matches!(bytes.get(at.wrapping_sub(1)), Some(b'"' | b'\''));
    let plain = newlines == 0 || quoted || rest.len() < 4000;
    (sound && plain && !is_word(name) && (quoted || !name.starts_with("os."))).then(|| (at, name.to_owned()))
}

fn is_word(name: &str) -> bool {
    matches!(
        name,
        "os" | "sys"
            | "env"
            | "environ"
            | "None"
            | "in"
            | "is"
            | "not"
            | "if"
            | "and"
            | "or"
            | "value"
            | "name"
            | "import"
            | "from"
            | "the"
            | "to"
            | "export"
            | "variable"
            | "environment"
    ) || name.chars().all(|c| c.is_ascii_uppercase() || c == '_')
}

fn kind_of(path: &Utf8Path) -> MentionKind {
    let name = path.file_name().unwrap_or_default().to_ascii_lowercase();
    let components: Vec<String> = path.components().map(|part| part.as_str().to_ascii_lowercase()).collect();
    let within = |names: &[&str]| components.iter().any(|part| names.contains(&part.as_str()));
    if within(&["tests", "test", "testing", "docs", "doc", "examples", "example"]) && name != "manage.py" {
        return if within(&["docs", "doc"]) { MentionKind::Other } else { MentionKind::Test };
    }
    if name.starts_with("conftest") || name.starts_with("runtests") || name.starts_with("test_") {
        return MentionKind::Test;
    }
    match FileKind::of(path) {
        FileKind::Python if name == "manage.py" => MentionKind::Manage,
        FileKind::Python if name.contains("wsgi") || name.contains("asgi") => MentionKind::Server,
        FileKind::Python if name == "noxfile.py" => MentionKind::Test,
        FileKind::Python => MentionKind::Python,
        FileKind::Env => MentionKind::Env,
        FileKind::Lockfile => MentionKind::Test,
        FileKind::Container => {
            let ci = within(&[".github", ".circleci", ".gitlab"])
                || matches!(
                    name.as_str(),
                    ".gitlab-ci.yml"
                        | ".travis.yml"
                        | "tox.ini"
                        | "pytest.ini"
                        | "circle.yml"
                        | "bitbucket-pipelines.yml"
                        | "jenkinsfile"
                );
            let local = ["test", "dev", "local", "ci", "override"].iter().any(|word| name.contains(word));
            match (ci, local) {
                (true, _) => MentionKind::Test,
                (false, true) => MentionKind::Shell,
                (false, false) => MentionKind::Deployment,
            }
        }
        FileKind::WebServer => MentionKind::Deployment,
        FileKind::Data
            if matches!(
                name.as_str(),
                ".pre-commit-config.yaml"
                    | "mypy.ini"
                    | ".pylintrc"
                    | "pylintrc"
                    | "setup.cfg"
                    | ".coveragerc"
                    | "azure-pipelines.yml"
                    | ".drone.yml"
                    | "appveyor.yml"
            ) =>
        {
            MentionKind::Test
        }
        FileKind::Data
            if name.ends_with(".yml")
                || name.ends_with(".yaml")
                || name.contains("supervisor")
                || name.contains("uwsgi") =>
        {
            MentionKind::Deployment
        }
        FileKind::Shell
            if within(&["deploy", "deployment", "docker", "production"]) || name.contains("entrypoint") =>
        {
            MentionKind::Deployment
        }
        _ => MentionKind::Shell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_from_every_way_of_writing() {
        let cases = [
            ("os.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"shop.settings\")", "shop.settings"),
            ("ENV DJANGO_SETTINGS_MODULE=config.settings.production\n", "config.settings.production"),
            ("- name: DJANGO_SETTINGS_MODULE\n  value: \"a.b\"\n", "a.b"),
            ("DJANGO_SETTINGS_MODULE: a.settings\n", "a.settings"),
            ("os.environ['DJANGO_SETTINGS_MODULE'] = 'a.b.c'", "a.b.c"),
            ("export DJANGO_SETTINGS_MODULE=${DJANGO_SETTINGS_MODULE:-a.b}\n", "a.b"),
        ];
        for (text, name) in cases {
            let at = text.find(VARIABLE).unwrap() + VARIABLE.len();
            assert_eq!(value_after(text, at).map(|(_, name)| name).as_deref(), Some(name), "{text}");
        }
        let text = "import os\n# os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'a.b')\n";
        assert!(is_comment(text, text.find(VARIABLE).unwrap()));
        assert!(!is_comment("DJANGO_SETTINGS_MODULE=a.b  # ours", 0));
        assert_eq!(value_after("DJANGO_SETTINGS_MODULE in os.environ", VARIABLE.len()), None);
    }
}
