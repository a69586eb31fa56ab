//! What a file's path says about the secrets in it: how values are written there, and whether they are in use.

use camino::Utf8Path;

/// What sort of text a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Syntax {
    /// A programming language: an unquoted value is an expression.
    Code,
    /// A configuration language or a shell: an unquoted value is a text.
    Config,
    /// Quoted values only: JSON.
    Json,
    /// HTML and XML.
    Markup,
    /// Prose, or not known.
    Text,
}

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surroundings {
    /// The project itself.
    Project,
    /// Its tests.
    Tests,
    /// Manuals and examples.
    Documentation,
    /// Translations: no values are assigned there.
    Translations,
    /// Written by a tool: lock files, minified scripts, source maps. Hashes abound.
    Generated,
}

/// What is known about a file before it is read.
#[derive(Clone, Copy, Debug)]
pub struct FileContext {
    pub(crate) syntax: Syntax,
    /// What the file is for.
    pub surroundings: Surroundings,
}

impl FileContext {
    /// The context of the file at `path`. Only the path is looked at.
    pub fn of(path: &Utf8Path) -> Self {
        let name = path.file_name().unwrap_or_default().to_ascii_lowercase();
        Self { syntax: syntax(&name), surroundings: surroundings(path, &name) }
    }
}

fn syntax(name: &str) -> Syntax {
    let mut extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    if matches!(
        extension,
        "example" | "sample" | "dist" | "template" | "tmpl" | "tpl" | "j2" | "bak" | "old" | "orig" | "in"
    ) {
        let stem = &name[..name.len() - extension.len() - 1];
        extension = stem.rsplit_once('.').map_or("", |(_, extension)| extension);
    }
    match extension {
        "py" | "pyi" | "pyw" | "js" | "jsx" | "mjs" | "cjs" | "ts" | "tsx" | "vue" | "svelte" | "go"
        | "rs" | "java" | "kt" | "kts" | "scala" | "groovy" | "gradle" | "rb" | "erb" | "php" | "cs"
        | "c" | "h" | "cc" | "cpp" | "hpp" | "swift" | "m" | "dart" | "lua" | "pl" | "pm" | "r" | "jl"
        | "ex" | "exs" | "erl" | "hs" | "ml" | "clj" | "coffee" | "sql" | "ipynb" | "tf" | "hcl" | "css"
        | "scss" | "less" | "sass" => Syntax::Code,
        "json" | "json5" | "jsonl" | "ndjson" | "geojson" | "tfstate" | "webmanifest" | "map" | "har" => {
            Syntax::Json
        }
        "html" | "htm" | "xml" | "xhtml" | "svg" | "djhtml" | "jinja" | "jinja2" | "plist" | "config"
        | "csproj" | "xsl" => Syntax::Markup,
        "env" | "ini" | "cfg" | "conf" | "yaml" | "yml" | "toml" | "properties" | "sh" | "bash" | "zsh"
        | "fish" | "ksh" | "bat" | "cmd" | "ps1" | "service" | "tfvars" | "envrc" | "cnf" | "nginx"
        | "desktop" | "netrc" | "pypirc" | "npmrc" | "dockerfile" | "editorconfig" | "secrets" | "secret"
        | "credentials" | "mk" => Syntax::Config,
        _ if name.starts_with("dockerfile")
            || name.starts_with("containerfile")
            || name.contains(".env")
            || name == "env"
            || name.starts_with("procfile")
            || name == "makefile"
            || name == "jenkinsfile"
            || name == "caddyfile"
            || name.starts_with(".") && name.ends_with("rc")
            || name.ends_with("netrc")
            || name == "credentials"
            || name == ".htaccess" =>
        {
            Syntax::Config
        }
        _ => Syntax::Text,
    }
}

/// Whether a part of a file's name is the digest that build tools put there: `main.018b1d258f34.js`.
fn is_digest(part: &str) -> bool {
    part.len() >= 8
        && part.bytes().all(|byte| byte.is_ascii_hexdigit())
        && part.bytes().any(|byte| byte.is_ascii_digit())
        && part.bytes().any(|byte| byte.is_ascii_alphabetic())
}

fn surroundings(path: &Utf8Path, name: &str) -> Surroundings {
    let lock = matches!(
        name,
        "package-lock.json"
            | "npm-shrinkwrap.json"
            | "yarn.lock"
            | "pnpm-lock.yaml"
            | "composer.lock"
            | "go.sum"
            | "cargo.lock"
            | "gemfile.lock"
            | "bun.lock"
    ) || name.ends_with(".lock")
        || name.ends_with(".sum")
        || name.ends_with(".sha256")
        || name == "record" && path.parent().is_some_and(|folder| folder.as_str().ends_with(".dist-info"))
        || name.ends_with(".cdx.json")
        || name.ends_with(".spdx.json");
    let minified = name.contains(".min.")
        || name.ends_with(".map")
        || name.contains(".bundle.")
        || name.contains("-bundle.")
        || name.contains(".chunk.")
        || name.split('.').rev().skip(1).any(is_digest)
        || name.ends_with("_pb2.py");
    if lock || minified {
        return Surroundings::Generated;
    }
    if name.ends_with(".po")
        || name.ends_with(".pot")
        || name.ends_with(".mo")
        || name.ends_with(".xlf")
        || name.ends_with(".arb")
    {
        return Surroundings::Translations;
    }
    let documentation = name.ends_with(".md")
        || name.ends_with(".rst")
        || name.ends_with(".adoc")
        || name.ends_with(".mdx")
        || name.starts_with("readme")
        || name.starts_with("changelog")
        || name.starts_with("changes");
    let example = ["example", "sample", ".dist", "template", "skeleton", "placeholder", "dummy"]
        .iter()
        .any(|word| name.contains(word))
        && !name.ends_with(".html");
    if documentation || example {
        return Surroundings::Documentation;
    }
    let stem = name.split('.').next().unwrap_or_default();
    if stem.starts_with("test_")
        || stem.ends_with("_test")
        || stem.ends_with("_tests")
        || stem == "tests"
        || stem == "test"
        || stem == "conftest"
        || name.contains(".test.")
        || name.contains(".spec.")
        || name.contains("cassette")
        || ["test_data", "test-data", "testdata", "test_user", "test-user"]
            .iter()
            .any(|word| name.contains(word))
    {
        return Surroundings::Tests;
    }
    for part in path.parent().into_iter().flat_map(Utf8Path::components) {
        let part = part.as_str().to_ascii_lowercase();
        match part.as_str() {
            "test" | "tests" | "testing" | "test_data" | "testdata" | "__tests__" | "spec" | "specs"
            | "cassettes" | "mocks" | "__mocks__" | "e2e" | "cypress" | "test-data" | "testproject"
            | "test_project" | "test_settings" => return Surroundings::Tests,
            "docs" | "doc" | "documentation" | "example" | "examples" | "sample" | "samples" | "demo"
            | "demos" | "tutorial" | "tutorials" => return Surroundings::Documentation,
            "locale" | "locales" | "i18n" | "translations" | "lang" => return Surroundings::Translations,
            "vendor" | "third_party" | "bower_components" | "staticfiles" => return Surroundings::Generated,
            _ => {
                if part.starts_with("test_")
                    || part.ends_with("_tests")
                    || part.ends_with("-tests")
                    || part.ends_with("_test")
                {
                    return Surroundings::Tests;
                }
            }
        }
    }
    Surroundings::Project
}
